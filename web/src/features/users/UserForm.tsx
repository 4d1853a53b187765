// Making a user: name, login, roles, a first password.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, Modal, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CreateUserDocument,
  PasswordCharsDocument,
  RolesDocument,
  type UserRefusal,
  UsersDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
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

export function UserForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('users')
  const roleName = useRoleName()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [values, setValues] = useState(FIRST)
  const all = useQuery(queryOf(RolesDocument, {})).data?.roles ?? []
  const staff = all.filter((role) => role.builtIn === 'STAFF').map((role) => role.id)
  const roles = values.roles ?? staff
  const chosen = all.filter((role) => roles.includes(role.id))
  const create = useMutation({
    mutationFn: () =>
      request(CreateUserDocument, {
        input: { ...values, roles, name: values.name.trim(), login: values.login.trim() },
      }),
    onSuccess: ({ createUser: answer }) => {
      if (!answer.user) return
      void message.success(t('made', { name: answer.user.name }))
      void forget(UsersDocument)
      onClose()
    },
  })
  const policy = useQuery(queryOf(PasswordCharsDocument, {})).data?.signInPolicy
  const limits = { min: policy?.passwordChars ?? PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  const refusal = create.data?.createUser.refusal
  const wrong = (field: 'name' | 'login' | 'password' | 'roles') =>
    refusal && ABOUT[refusal] === field ? t(`refusal.${refusal}`, limits) : null
  const set = (change: Partial<typeof FIRST>) => setValues({ ...values, ...change })
  return (
    <Modal open title={t('new')} onCancel={onClose} footer={null} width={440}>
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
        <Field label={t('login')} error={wrong('login')}>
          {(field) => (
            <Input
              {...field}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              maxLength={NAME_CHARS_MAX}
              value={values.login}
              onChange={(event) => set({ login: event.target.value })}
            />
          )}
        </Field>
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
        <Field label={t('role')} error={wrong('roles')}>
          {(field) => (
            <Select
              {...field}
              mode="multiple"
              optionFilterProp="label"
              value={roles}
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
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={create.isPending}
            disabled={
              roles.length === 0 ||
              values.name.trim() === '' ||
              values.login.trim() === '' ||
              values.password.length < limits.min
            }
          >
            {t('create')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
