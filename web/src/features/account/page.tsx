// The viewer's own account: who one is here, and a new password.

import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AccountDocument,
  ChangePasswordDocument,
  PasswordCharsDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field, FormFault } from '#/ui/Field'
import { useListed } from '#/ui/listed'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { useRoleName } from '#/ui/roleName'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { Time } from '#/ui/Time'
import styles from './account.module.css'
import { FactorSection } from './factor'
import { PasskeySection } from './passkeys'

export function AccountPage() {
  const { t } = useTranslation('account')
  const listed = useListed()
  const roleName = useRoleName()
  const can = useCan()
  return (
    <>
      <PageHeader title={t('title')} />
      <Section>
        <Answer
          query={useQuery(queryOf(AccountDocument, {}))}
          skeleton={<BlockSkeleton height={130} />}
        >
          {({ viewer }) =>
            viewer && (
              <Facts
                facts={[
                  [t('name'), viewer.user.name],
                  [t('login'), <code key="login">{viewer.user.login}</code>],
                  [t('role'), listed(viewer.user.roles.map(roleName))],
                  [t('createdAt'), <Time key="created" at={viewer.user.createdAt} form="day" />],
                ]}
              />
            )
          }
        </Answer>
      </Section>
      {can('MANAGE_OWN_ACCOUNT') && <PasskeySection />}
      {can('MANAGE_OWN_ACCOUNT') && <FactorSection />}
      {can('MANAGE_OWN_ACCOUNT') && (
        <Section title={t('password')}>
          <PasswordForm />
        </Section>
      )}
    </>
  )
}

const EMPTY = { current: '', next: '', again: '' }

function PasswordForm() {
  const { t } = useTranslation('account')
  const errorText = useErrorText()
  const { message } = App.useApp()
  const [values, setValues] = useState(EMPTY)
  const change = useMutation({
    mutationFn: () =>
      request(ChangePasswordDocument, { input: { current: values.current, new: values.next } }),
    onSuccess: ({ changePassword: answer }) => {
      if (answer.refusal) return
      setValues(EMPTY)
      void message.success(t('passwordChanged'))
    },
  })
  const policy = useQuery(queryOf(PasswordCharsDocument, {})).data?.signInPolicy
  const limits = { min: policy?.passwordChars ?? PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  const refusal = change.data?.changePassword.refusal
  const differs = values.again !== '' && values.again !== values.next
  const fields = [
    [
      'current',
      'current-password',
      refusal === 'WRONG_PASSWORD' ? t('refusal.WRONG_PASSWORD') : null,
    ],
    [
      'next',
      'new-password',
      refusal && refusal !== 'WRONG_PASSWORD' ? t(`refusal.${refusal}`, limits) : null,
    ],
    ['again', 'new-password', differs ? t('differs') : null],
  ] as const
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        change.mutate()
      }}
    >
      {change.error && <FormFault>{errorText(change.error)}</FormFault>}
      {fields.map(([name, autoComplete, error]) => (
        <Field
          key={name}
          label={t(`password.${name}`)}
          hint={name === 'next' ? t('passwordHint', limits) : undefined}
          error={error}
        >
          {(field) => (
            <Input.Password
              {...field}
              autoComplete={autoComplete}
              maxLength={PASSWORD_CHARS_MAX}
              value={values[name]}
              onChange={(event) => setValues({ ...values, [name]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Button
        type="primary"
        htmlType="submit"
        loading={change.isPending}
        disabled={
          values.current === '' || values.next.length < limits.min || values.again !== values.next
        }
      >
        {t('passwordSubmit')}
      </Button>
    </form>
  )
}
