// Giving a user roles, and saying which member of staff the user is.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  RolesDocument,
  SessionDocument,
  SetUserRolesDocument,
  type SetUserRolesRefusal,
  UserDocument,
  UsersDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { type Picked, StaffPicker } from '#/ui/PeoplePicker'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import type { User } from './user'
import styles from './users.module.css'

export function RolesForm({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('users')
  const roleName = useRoleName()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const all = useQuery(queryOf(RolesDocument, {})).data?.roles ?? user.roles
  const [roles, setRoles] = useState(user.roles.map((role) => role.id))
  const [member, setMember] = useState<Picked | null>(
    user.staff && { value: user.staff.id, label: user.staff.name },
  )
  const save = useMutation({
    mutationFn: () =>
      request(SetUserRolesDocument, {
        input: { id: user.id, roles, staff: member?.value ?? null },
      }),
    onSuccess: async ({ setUserRoles: { refusal } }) => {
      if (refusal) return
      void message.success(t('rolesGiven', { name: user.name }))
      onClose()
      await forget(UserDocument, UsersDocument, SessionDocument)
    },
  })
  const refusal = save.data?.setUserRoles.refusal
  return (
    <Modal
      open
      title={t('giveRolesTo', { name: user.name })}
      onCancel={onClose}
      footer={null}
      width={480}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        {save.error && <FormFault>{errorText(save.error)}</FormFault>}
        <Field
          label={t('role')}
          hint={t('roleApart')}
          error={refusal && refusal !== 'STAFF_UNKNOWN' ? t(refusalKey(refusal)) : null}
        >
          {(field) => (
            <Select
              {...field}
              mode="multiple"
              optionFilterProp="label"
              value={roles}
              options={all.map((role) => ({ value: role.id, label: roleName(role) }))}
              onChange={(next: string[]) => setRoles(next)}
            />
          )}
        </Field>
        {all
          .filter((role) => roles.includes(role.id) && role.builtIn)
          .map((role) => (
            <p key={role.id} className={styles.role}>
              {roleName(role)}：{role.builtIn && t(`role.${role.builtIn}`)}
            </p>
          ))}
        <Field
          label={t('staff')}
          hint={t('staffHint')}
          error={refusal === 'STAFF_UNKNOWN' ? t('refusal.STAFF_UNKNOWN') : null}
        >
          {(field) => <StaffPicker field={field} value={member} onChange={setMember} />}
        </Field>
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={roles.length === 0}
          >
            {t('save')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}

/** Some refusals have other words here than where a user is made or suspended. */
function refusalKey(refusal: SetUserRolesRefusal) {
  if (refusal === 'YOURSELF') return 'refusal.roles.YOURSELF' as const
  if (refusal === 'NOT_YOURS_TO_GIVE') return 'refusal.roles.NOT_YOURS_TO_GIVE' as const
  if (refusal === 'LAST_ADMINISTRATOR') return 'refusal.roles.LAST_ADMINISTRATOR' as const
  return `refusal.${refusal}` as const
}
