// One of the company's own roles: its name, its rights and with whose records it works.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type Action,
  type PersonalKind,
  RoleMatrixDocument,
  RolesDocument,
  UpdateRoleDocument,
  type UpdateRoleInput,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import type { Role } from './page'
import { ALWAYS, powerOf, powersOf, RIGHT_GROUPS, RIGHTS } from './rights'
import styles from './roles.module.css'
import { ScopeFields, type ScopeValue, scopeInput, scopeValue } from './ScopeFields'

export function RoleForm({ role, onClose }: { role: Role; onClose: () => void }) {
  const { t } = useTranslation('roles')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [name, setName] = useState(role.name)
  const [actions, setActions] = useState<Action[]>(role.actions)
  const [masks, setMasks] = useState<PersonalKind[]>(role.masks)
  const [scope, setScope] = useState<ScopeValue>(() => scopeValue(role.scope))
  const save = useMutation({
    mutationFn: (input: UpdateRoleInput) => request(UpdateRoleDocument, { input }),
    onSuccess: async ({ updateRole: { refusal } }) => {
      if (refusal) return
      void message.success(t('saved', { name: name.trim() }))
      await forget(RoleMatrixDocument, RolesDocument)
      onClose()
    },
  })
  const refusal = save.data?.updateRole.refusal
  const aboutName = refusal === 'NAME_INVALID' || refusal === 'NAME_TAKEN'
  const powers = powersOf(actions)
  return (
    <Modal
      open
      title={t('editOf', { name: role.name })}
      onCancel={onClose}
      footer={null}
      width={680}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate({ id: role.id, name: name.trim(), actions, masks, scope: scopeInput(scope) })
        }}
      >
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        {refusal && !aboutName && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
        <Field label={t('name')} error={refusal && aboutName ? t(`refusal.${refusal}`) : null}>
          {(field) => (
            <Input
              {...field}
              maxLength={NAME_CHARS_MAX}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <ScopeFields value={scope} onChange={setScope} />
        <Masks masks={masks} onChange={setMasks} />
        <Rights actions={actions} onChange={setActions} />
        {powers.length > 1 && (
          <FormFault>
            {t('apart', { powers: powers.map((power) => t(`power.${power}`)).join('、') })}
          </FormFault>
        )}
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={name.trim() === '' || powers.length > 1}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

const KINDS: PersonalKind[] = ['PHONE', 'EMAIL', 'ID_NUMBER', 'BANK_CARD', 'AMOUNT']

function Masks(props: { masks: PersonalKind[]; onChange: (masks: PersonalKind[]) => void }) {
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
          onChange={(event) =>
            props.onChange(
              event.target.checked ? [...masks, kind] : masks.filter((one) => one !== kind),
            )
          }
        >
          {model(`personal.${kind}`)}
        </Checkbox>
      ))}
    </fieldset>
  )
}

function Rights(props: { actions: Action[]; onChange: (actions: Action[]) => void }) {
  const { t } = useTranslation('roles')
  const { actions } = props
  const set = (action: Action, on: boolean) =>
    props.onChange(on ? [...actions, action] : actions.filter((one) => one !== action))
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
                onChange={(event) => set(action, event.target.checked)}
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
