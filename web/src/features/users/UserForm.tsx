// Making a user: name, login, roles, of a person a first password and the member of staff that the person is.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CreateServiceAccountDocument,
  CreateUserDocument,
  PasswordCharsDocument,
  RolesDocument,
  type UserKind,
  type UserRefusal,
  UsersDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { type Picked, StaffPicker } from '#/ui/PeoplePicker'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import { TextField } from '#/ui/TextField'
import styles from './users.module.css'

const FIRST = { name: '', login: '', password: '', roles: null as string[] | null }

/** The field that a refusal is about. */
const ABOUT: Record<UserRefusal, 'name' | 'login' | 'password' | 'roles'> = {
  LOGIN_TAKEN: 'login',
  LOGIN_INVALID: 'login',
  NAME_INVALID: 'name',
  PASSWORD_TOO_SHORT: 'password',
  PASSWORD_TOO_LONG: 'password',
  PASSWORD_COMMON: 'password',
  PASSWORD_PERSONAL: 'password',
  PASSWORD_GUESSABLE: 'password',
  ROLES_INVALID: 'roles',
  POWERS_TOGETHER: 'roles',
  NOT_YOURS_TO_GIVE: 'roles',
  STAFF_UNKNOWN: 'roles',
}

export function UserForm({ kind, onClose }: { kind: UserKind; onClose: () => void }) {
  const { t } = useTranslation('users')
  const roleName = useRoleName()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const person = kind === 'PERSON'
  const mayRoles = useCan()('MANAGE_ROLES')
  const [values, setValues] = useState(FIRST)
  const [member, setMember] = useState<Picked | null>(null)
  const all = useQuery(queryOf(RolesDocument, {})).data?.roles ?? []
  const first = person || !mayRoles ? 'STAFF' : 'INTEGRATION'
  const given = all.filter((role) => role.builtIn === first).map((role) => role.id)
  const roles = values.roles ?? given
  const chosen = all.filter((role) => roles.includes(role.id))
  const create = useMutation({
    mutationFn: async () => {
      const input = { roles, name: values.name.trim(), login: values.login.trim() }
      if (!person) {
        return (await request(CreateServiceAccountDocument, { input })).createServiceAccount
      }
      const { password } = values
      const whole = { ...input, password, staff: member?.value ?? null }
      return (await request(CreateUserDocument, { input: whole })).createUser
    },
    onSuccess: (answer) => {
      if (!answer.user) return
      void message.success(t('made', { name: answer.user.name }))
      void forget(UsersDocument)
      onClose()
    },
  })
  const policy = useQuery(queryOf(PasswordCharsDocument, {})).data?.signInPolicy
  const limits = { min: policy?.passwordChars ?? PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  const refusal = create.data?.refusal
  const wrong = (field: 'name' | 'login' | 'password' | 'roles') =>
    refusal && ABOUT[refusal] === field ? t(`refusal.${refusal}`, limits) : null
  const set = (change: Partial<typeof FIRST>) => setValues({ ...values, ...change })
  return (
    <Modal
      open
      title={t(person ? 'new' : 'newService')}
      onCancel={onClose}
      footer={null}
      width={440}
    >
      <form
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        {create.error && <FormFault>{errorText(create.error)}</FormFault>}
        <Field label={t('name')} error={wrong('name')}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              maxLength={NAME_CHARS_MAX}
              value={values.name}
              onChange={(event) => set({ name: event.target.value })}
            />
          )}
        </Field>
        <TextField
          label={t('login')}
          error={wrong('login')}
          maxLength={NAME_CHARS_MAX}
          value={values.login}
          onChange={(login) => set({ login })}
        />
        {person && (
          <Field label={t('password')} hint={t('passwordHint', limits)} error={wrong('password')}>
            {(field) => (
              <Input.Password
                {...field}
                autoComplete="new-password"
                maxLength={PASSWORD_CHARS_MAX}
                value={values.password}
                onChange={(event) => set({ password: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field
          label={t('role')}
          hint={mayRoles ? t('roleApart') : t('roleStaffOnly')}
          error={wrong('roles')}
        >
          {(field) => (
            <Select
              {...field}
              mode="multiple"
              optionFilterProp="label"
              value={roles}
              disabled={!mayRoles}
              options={all.map((role) => ({ value: role.id, label: roleName(role) }))}
              onChange={(next) => set({ roles: next })}
            />
          )}
        </Field>
        {chosen.map((role) =>
          role.builtIn ? (
            <p key={role.id} className={styles.role}>
              {t(`role.${role.builtIn}`)}
            </p>
          ) : null,
        )}
        {person && mayRoles && (
          <Field label={t('staff')} hint={t('staffHint')}>
            {(field) => <StaffPicker active field={field} value={member} onChange={setMember} />}
          </Field>
        )}
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={create.isPending}
            disabled={
              roles.length === 0 ||
              values.name.trim() === '' ||
              values.login.trim() === '' ||
              (person && values.password.length < limits.min)
            }
          >
            {t('create')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
