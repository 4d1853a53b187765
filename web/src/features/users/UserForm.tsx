// Making a user: name, login, role, a first password.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CreateUserDocument,
  PasswordCharsDocument,
  type Role,
  type UserRefusal,
  UsersDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { Segments } from '#/ui/Segments'
import { useErrorText } from '#/ui/States'
import styles from './users.module.css'

const ROLES: Role[] = ['STAFF', 'COMPLIANCE', 'ADMINISTRATOR']
const FIRST = { name: '', login: '', password: '', role: 'STAFF' as Role }

/** The field that a refusal is about. */
const ABOUT: Record<UserRefusal, 'name' | 'login' | 'password'> = {
  LOGIN_TAKEN: 'login',
  LOGIN_INVALID: 'login',
  NAME_INVALID: 'name',
  PASSWORD_TOO_SHORT: 'password',
  PASSWORD_TOO_LONG: 'password',
  PASSWORD_COMMON: 'password',
  PASSWORD_PERSONAL: 'password',
  PASSWORD_GUESSABLE: 'password',
}

export function UserForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('users')
  const { t: model } = useTranslation('model')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [values, setValues] = useState(FIRST)
  const create = useMutation({
    mutationFn: () =>
      request(CreateUserDocument, {
        input: { ...values, name: values.name.trim(), login: values.login.trim() },
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
  const wrong = (field: 'name' | 'login' | 'password') =>
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
        <div className={styles.role}>
          <span>{t('role')}</span>
          <Segments
            label={t('role')}
            value={values.role}
            options={ROLES.map((value) => ({ value, label: model(`role.${value}`) }))}
            onChange={(role) => set({ role })}
          />
          <p>{t(`role.${values.role}`)}</p>
        </div>
        <div className={styles.submit}>
          <Button
            type="primary"
            htmlType="submit"
            loading={create.isPending}
            disabled={
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
