// What a role gives and what it hides, as fields.
import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import type { Action, PersonalKind } from '#/api/gen/operations'
import { ALWAYS, powerOf, RIGHT_GROUPS, RIGHTS } from './rights'
import styles from './roles.module.css'

const KINDS: PersonalKind[] = ['PHONE', 'EMAIL', 'ID_NUMBER', 'BANK_CARD', 'AMOUNT']

function withOrWithout<T>(all: T[], one: T, on: boolean): T[] {
  return on ? [...all, one] : all.filter((other) => other !== one)
}

export function MaskFields(props: {
  masks: PersonalKind[]
  onChange: (masks: PersonalKind[]) => void
}) {
  const { t } = useTranslation('roles')
  const { t: model } = useTranslation('model')
  const { masks } = props
  return (
    <fieldset className={styles.rights}>
      <legend>{t('masks')}</legend>
      <small>{t('masksHint')}</small>
      {KINDS.map((kind) => (
        <Checkbox
          key={kind}
          checked={masks.includes(kind)}
          onChange={(event) => props.onChange(withOrWithout(masks, kind, event.target.checked))}
        >
          {model(`personal.${kind}`)}
        </Checkbox>
      ))}
    </fieldset>
  )
}

export function RightFields(props: { actions: Action[]; onChange: (actions: Action[]) => void }) {
  const { t } = useTranslation('roles')
  const { actions } = props
  return (
    <>
      {RIGHT_GROUPS.map((group) => (
        <fieldset key={group} className={styles.rights}>
          <legend>{t(`group.${group}`)}</legend>
          {RIGHTS[group].map((action) => {
            const power = powerOf(action)
            return (
              <Checkbox
                key={action}
                checked={actions.includes(action)}
                disabled={action === ALWAYS}
                onChange={(event) =>
                  props.onChange(withOrWithout(actions, action, event.target.checked))
                }
              >
                {t(`action.${action}`)}
                {power && <span className={styles.tag}>{t(`power.${power}`)}</span>}
                <small>{t(`action.${action}.text`)}</small>
              </Checkbox>
            )
          })}
        </fieldset>
      ))}
    </>
  )
}
