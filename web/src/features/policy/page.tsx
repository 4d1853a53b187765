// What the archive asks of those who sign in: second factors, how long sessions live, how long passwords are.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { App, Button, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  type FactorDemand,
  PasswordCharsDocument,
  SessionDocument,
  SetSignInPolicyDocument,
  SignInPolicyDocument,
  type SignInPolicyQuery,
  type SignInPolicyRefusal,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { POLICY_BOUNDS } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field, FormFault } from '#/ui/Field'
import { PageHeader, Section } from '#/ui/Page'
import { Segments } from '#/ui/Segments'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { Approvals } from './Approvals'
import styles from './policy.module.css'

type Policy = SignInPolicyQuery['signInPolicy']

const DEMANDS: FactorDemand[] = ['NOBODY', 'ADMINISTRATORS', 'EVERYBODY']
const NUMBERS = [
  ['idleMinutes', 'idle', 'IDLE_MINUTES'],
  ['ageHours', 'age', 'AGE_HOURS'],
  ['passwordChars', 'chars', 'PASSWORD_CHARS'],
] as const satisfies [keyof typeof POLICY_BOUNDS, string, SignInPolicyRefusal][]

export function PolicyPage() {
  const { t } = useTranslation('policy')
  const can = useCan()
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      {can('MANAGE_USERS') && <SignIn />}
      {can('MANAGE_ROLES') && <Approvals />}
    </>
  )
}

function SignIn() {
  const { t } = useTranslation('policy')
  return (
    <Section title={t('signIn')}>
      <Answer
        query={useQuery(queryOf(SignInPolicyDocument, {}))}
        skeleton={<BlockSkeleton height={260} />}
      >
        {({ signInPolicy }) => <PolicyForm policy={signInPolicy} />}
      </Answer>
    </Section>
  )
}

function PolicyForm({ policy }: { policy: Policy }) {
  const { t } = useTranslation('policy')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const router = useRouter()
  const [values, setValues] = useState(policy)
  const save = useMutation({
    mutationFn: () => request(SetSignInPolicyDocument, { input: values }),
    onSuccess: async ({ setSignInPolicy: { refusal } }) => {
      if (refusal) return
      void message.success(t('saved'))
      await forget(SignInPolicyDocument, PasswordCharsDocument, SessionDocument)
      // It may demand a second factor of whoever has just set it.
      await router.invalidate()
    },
  })
  const refusal = save.data?.setSignInPolicy.refusal
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {save.error && <FormFault>{errorText(save.error)}</FormFault>}
      <div className={styles.demand}>
        <span>{t('factor')}</span>
        <Segments
          label={t('factor')}
          value={values.secondFactor}
          options={DEMANDS.map((value) => ({ value, label: t(`factor.${value}`) }))}
          onChange={(secondFactor) => setValues({ ...values, secondFactor })}
        />
        <p>{t('factorHint')}</p>
      </div>
      {NUMBERS.map(([name, label, about]) => (
        <Field
          key={name}
          label={t(label)}
          hint={t('bounds', POLICY_BOUNDS[name])}
          error={refusal === about ? t('bounds', POLICY_BOUNDS[name]) : null}
        >
          {(field) => (
            <InputNumber
              {...field}
              {...POLICY_BOUNDS[name]}
              precision={0}
              inputMode="numeric"
              value={values[name]}
              onChange={(value) => setValues({ ...values, [name]: value ?? policy[name] })}
            />
          )}
        </Field>
      ))}
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('save')}
      </Button>
    </form>
  )
}
