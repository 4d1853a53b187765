// What needs a second person's yes, and how long one is good.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Checkbox, InputNumber } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ApprovalPolicyDocument,
  type ApprovalPolicyQuery,
  type SensitiveKind,
  SetApprovalPolicyDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { APPROVAL_HOURS } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import styles from './policy.module.css'

type Policy = ApprovalPolicyQuery['approvalPolicy']

/** In the order of the list. The policy itself is not chosen: it needs approval once anything does. */
const KINDS: SensitiveKind[] = [
  'AUDIT_EXPORT',
  'OWNER_CHANGE',
  'USER_ROLES',
  'ROLE_CHANGE',
  'TOKEN_CREATE',
  'SIGN_IN_POLICY',
  'USER_CREATE',
  'USER_ACTIVE',
  'FACTOR_RESET',
  'HISTORY_RULE',
  'SEAL_KEY',
  'REVEAL',
  'EVIDENCE_EXPORT',
]

export function Approvals() {
  const { t } = useTranslation('approvals')
  return (
    <Section title={t('policyTitle')} text={t('policyText')}>
      <Answer
        query={useQuery(queryOf(ApprovalPolicyDocument, {}))}
        skeleton={<BlockSkeleton height={260} />}
      >
        {({ approvalPolicy }) => <ApprovalsForm policy={approvalPolicy} />}
      </Answer>
    </Section>
  )
}

function ApprovalsForm({ policy }: { policy: Policy }) {
  const { t } = useTranslation('approvals')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [kinds, setKinds] = useState<SensitiveKind[]>(policy.kinds)
  const [hours, setHours] = useState(policy.hours)
  const save = useMutation({
    mutationFn: () => request(SetApprovalPolicyDocument, { input: { kinds, hours } }),
    onSuccess: ({ setApprovalPolicy: { refusal } }) => {
      if (refusal) return
      void message.success(t('policySaved'))
      return forget(ApprovalPolicyDocument)
    },
  })
  const answer = save.data?.setApprovalPolicy
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      {save.error && <FormFault>{errorText(save.error)}</FormFault>}
      {answer?.refusal && (
        <FormFault>
          {t(`policyRefusal.${answer.refusal}`, {
            kind: answer.kind ? t(`kind.${answer.kind}`) : '',
          })}
        </FormFault>
      )}
      <fieldset className={styles.kinds}>
        <legend>{t('policyKinds')}</legend>
        {KINDS.map((kind) => (
          <Checkbox
            key={kind}
            checked={kinds.includes(kind)}
            onChange={(event) =>
              setKinds(
                event.target.checked ? [...kinds, kind] : kinds.filter((one) => one !== kind),
              )
            }
          >
            {t(`kind.${kind}`)}
          </Checkbox>
        ))}
      </fieldset>
      <p className={styles.note}>{t('policySelf')}</p>
      <p className={styles.note}>{t('policyOut')}</p>
      <Field label={t('policyHours')} hint={t('policyBounds', APPROVAL_HOURS)}>
        {(field) => (
          <InputNumber
            {...field}
            {...APPROVAL_HOURS}
            precision={0}
            inputMode="numeric"
            value={hours}
            onChange={(value) => setHours(value ?? policy.hours)}
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit" loading={save.isPending}>
        {t('policySave')}
      </Button>
    </form>
  )
}
