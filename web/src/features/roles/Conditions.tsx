// Under which conditions a role may be used: with a second factor, and from which networks.
import { useQuery } from '@tanstack/react-query'
import { Checkbox, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { SessionsDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useListed } from '#/ui/listed'
import type { Draft } from './draft'
import { isNetwork, isWithin, networksIn } from './networks'
import styles from './roles.module.css'

/** The address from which the viewer asks, as the server sees it; null until it is known. */
export function useOwnAddress(): string | null {
  const sessions = useQuery(queryOf(SessionsDocument, {})).data?.viewer?.sessions
  return sessions?.find((session) => session.current)?.address ?? null
}

type Conditions = Pick<Draft, 'secondFactor' | 'networks'>

export function ConditionFields(props: {
  value: Conditions
  /** What the server says of the networks. */
  error: string | null
  /** The address that the networks leave out; null while they hold it. */
  outside: string | null
  lockOut: boolean
  onChange: (change: Partial<Conditions>) => void
  onLockOut: (lockOut: boolean) => void
}) {
  const { t } = useTranslation('roles')
  const listed = useListed()
  const { value, outside } = props
  const wrong = networksIn(value.networks).filter((one) => !isNetwork(one))
  const fault = wrong.length > 0 ? t('networksWrong', { which: listed(wrong) }) : props.error
  return (
    <fieldset className={styles.rights}>
      <legend>{t('conditions')}</legend>
      <Checkbox
        checked={value.secondFactor}
        onChange={(event) => props.onChange({ secondFactor: event.target.checked })}
      >
        {t('factorDemanded')}
        <small>{t('factorHint')}</small>
      </Checkbox>
      <Field label={t('networks')} hint={t('networksHint')} error={fault}>
        {(field) => (
          <Input.TextArea
            {...field}
            rows={3}
            spellCheck={false}
            placeholder={t('anywhere')}
            value={value.networks}
            onChange={(event) => props.onChange({ networks: event.target.value })}
          />
        )}
      </Field>
      {outside !== null && (
        <>
          <FormFault>{t('outside', { address: outside })}</FormFault>
          <Checkbox
            checked={props.lockOut}
            onChange={(event) => props.onLockOut(event.target.checked)}
          >
            {t('lockOut')}
          </Checkbox>
        </>
      )}
    </fieldset>
  )
}

/** The viewer's address where networks are named and none holds it. */
export function leftOut(networks: string, address: string | null): string | null {
  const named = networksIn(networks)
  if (address === null || named.length === 0 || !named.every(isNetwork)) return null
  return isWithin(named, address) ? null : address
}
