// One role: its name, its rights, with whose records it works and under which conditions it may be used. Of built-in roles
// only the conditions change. What changes is shown once more before it holds.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  RoleMatrixDocument,
  type RoleRefusal,
  RolesDocument,
  UpdateRoleDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useListed } from '#/ui/listed'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import { Changes } from './Changes'
import { ConditionFields, leftOut, useOwnAddress } from './Conditions'
import { changesOf, type Draft, draftOf, inputOf } from './draft'
import { isNetwork, networksIn } from './networks'
import type { Role } from './page'
import { MaskFields, RightFields } from './RightFields'
import { powersOf } from './rights'
import styles from './roles.module.css'
import { ScopeFields } from './ScopeFields'

type FormProps = { role: Role; holders: number; onClose: () => void }

export function RoleForm({ role, holders, onClose }: FormProps) {
  const { t } = useTranslation('roles')
  const name = useRoleName()(role)
  const [draft, setDraft] = useState(() => draftOf(role))
  const [lockOut, setLockOut] = useState(false)
  const [looking, setLooking] = useState(false)
  const changes = changesOf(role, draft)
  const save = useSave(role, onClose, () => setLooking(false))
  const title = t(looking ? 'reviewTitle' : role.builtIn ? 'conditionsOf' : 'editOf', { name })
  return (
    <Modal open title={title} onCancel={onClose} footer={null} width={680}>
      {looking ? (
        <>
          <Changes changes={changes} holders={holders} />
          <div className={styles.submit}>
            <Button disabled={save.isPending} onClick={() => setLooking(false)}>
              {t('back')}
            </Button>
            <Button
              type="primary"
              loading={save.isPending}
              onClick={() => save.mutate(inputOf(role, draft, changes, lockOut))}
            >
              {t('confirm')}
            </Button>
          </div>
        </>
      ) : (
        <Fields
          role={role}
          draft={draft}
          refusal={save.data?.updateRole.refusal ?? null}
          error={save.error}
          isChanged={changes.length > 0}
          lockOut={lockOut}
          onChange={(change) => setDraft({ ...draft, ...change })}
          onLockOut={setLockOut}
          onLook={() => setLooking(true)}
        />
      )}
    </Modal>
  )
}

function useSave(role: Role, onSaved: () => void, onRefused: () => void) {
  const { t } = useTranslation('roles')
  const { message } = App.useApp()
  const roleName = useRoleName()
  return useMutation({
    mutationFn: (input: ReturnType<typeof inputOf>) => request(UpdateRoleDocument, { input }),
    onSuccess: async ({ updateRole: { refusal } }, input) => {
      if (refusal) return onRefused()
      void message.success(t('saved', { name: input.name ?? roleName(role) }))
      await forget(RoleMatrixDocument, RolesDocument)
      onSaved()
    },
    onError: onRefused,
  })
}

function Fields(props: {
  role: Role
  draft: Draft
  refusal: RoleRefusal | null
  error: Error | null
  isChanged: boolean
  lockOut: boolean
  onChange: (change: Partial<Draft>) => void
  onLockOut: (lockOut: boolean) => void
  onLook: () => void
}) {
  const { t } = useTranslation('roles')
  const errorText = useErrorText()
  const listed = useListed()
  const address = useOwnAddress()
  const { role, draft, refusal, onChange } = props
  const said = (...of: RoleRefusal[]) =>
    refusal && of.includes(refusal) ? t(`refusal.${refusal}`) : null
  const ofName = said('NAME_INVALID', 'NAME_TAKEN')
  const ofNetworks = said('NETWORKS_INVALID')
  const networksChanged = draft.networks !== role.networks.join('\n')
  const outside = networksChanged ? leftOut(draft.networks, address) : null
  const powers = powersOf(draft.actions)
  const isFit =
    draft.name.trim() !== '' &&
    powers.length <= 1 &&
    networksIn(draft.networks).every(isNetwork) &&
    (outside === null || props.lockOut)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onLook()
      }}
    >
      {props.error && <FormFault>{errorText(props.error)}</FormFault>}
      {refusal && !ofName && !ofNetworks && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
      {role.builtIn ? (
        <p className={styles.words}>{t('builtInText')}</p>
      ) : (
        <>
          <Field label={t('name')} error={ofName}>
            {(field) => (
              <Input
                {...field}
                maxLength={NAME_CHARS_MAX}
                value={draft.name}
                onChange={(event) => onChange({ name: event.target.value })}
              />
            )}
          </Field>
          <ScopeFields value={draft.scope} onChange={(scope) => onChange({ scope })} />
          <MaskFields masks={draft.masks} onChange={(masks) => onChange({ masks })} />
        </>
      )}
      <ConditionFields
        value={draft}
        error={ofNetworks}
        outside={outside}
        lockOut={props.lockOut}
        onChange={onChange}
        onLockOut={props.onLockOut}
      />
      {!role.builtIn && (
        <RightFields actions={draft.actions} onChange={(actions) => onChange({ actions })} />
      )}
      {!role.builtIn && powers.length > 1 && (
        <FormFault>
          {t('apart', { powers: listed(powers.map((power) => t(`power.${power}`))) })}
        </FormFault>
      )}
      <div className={styles.submit}>
        <Button type="primary" htmlType="submit" disabled={!props.isChanged || !isFit}>
          {t('look')}
        </Button>
      </div>
    </form>
  )
}
