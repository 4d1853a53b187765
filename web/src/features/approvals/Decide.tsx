// A yes or no to what somebody else asked; or why the viewer may say neither.
import { useMutation } from '@tanstack/react-query'
import { App, Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ApproveOperationDocument,
  RefuseOperationDocument,
  RevokeApprovalDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { APPROVAL_WORDS_MAX } from '#/lib/limits'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import styles from './approval.module.css'
import { useRefusal, useRenew } from './outcome'
import type { Approval } from './preview'

export function Decide({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  if (approval.state === 'PENDING') {
    return (
      <Section title={t('decide')}>
        {approval.obstacle ? (
          <p>{t(`obstacle.${approval.obstacle}`)}</p>
        ) : (
          <DecideForm id={approval.id} />
        )}
      </Section>
    )
  }
  return approval.mayRevoke ? (
    <Section title={t('takeBack')} text={t('takeBackText')}>
      <TakeBack id={approval.id} />
    </Section>
  ) : null
}

function DecideForm({ id }: { id: string }) {
  const { t } = useTranslation('approvals')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const refusalText = useRefusal()
  const renew = useRenew()
  const [why, setWhy] = useState('')
  const approve = useMutation({
    mutationFn: () => request(ApproveOperationDocument, { input: { id, why } }),
    onSuccess: ({ approveOperation: { refusal } }) => {
      if (!refusal) void message.success(t('approvedNow'))
      return renew()
    },
  })
  const refuse = useMutation({
    mutationFn: () => request(RefuseOperationDocument, { input: { id, why } }),
    onSuccess: ({ refuseOperation: { refusal } }) => {
      if (refusal === 'REASON_INVALID') return
      if (!refusal) void message.success(t('refusedNow'))
      return renew()
    },
  })
  const error = approve.error ?? refuse.error
  const refused = approve.data?.approveOperation ?? refuse.data?.refuseOperation
  const busy = approve.isPending || refuse.isPending
  return (
    <form className={styles.form} onSubmit={(event) => event.preventDefault()}>
      {error && <FormFault>{errorText(error)}</FormFault>}
      {!error && refused?.refusal && <FormFault>{refusalText(refused)}</FormFault>}
      <Field label={t('why')} hint={t('whyHint')}>
        {(field) => (
          <Input.TextArea
            {...field}
            rows={2}
            maxLength={APPROVAL_WORDS_MAX}
            value={why}
            onChange={(event) => setWhy(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.buttons}>
        <Button
          type="primary"
          loading={approve.isPending}
          disabled={busy}
          onClick={() => {
            refuse.reset()
            approve.mutate()
          }}
        >
          {t('approve')}
        </Button>
        <Button
          danger
          loading={refuse.isPending}
          disabled={busy || why.trim() === ''}
          onClick={() => {
            approve.reset()
            refuse.mutate()
          }}
        >
          {t('refuse')}
        </Button>
      </div>
    </form>
  )
}

/** Takes back what the viewer asked or approved. */
export function TakeBack({ id }: { id: string }) {
  const { t } = useTranslation('approvals')
  const errorText = useErrorText()
  const refusalText = useRefusal()
  const renew = useRenew()
  const revoke = useMutation({
    mutationFn: () => request(RevokeApprovalDocument, { input: { id } }),
    onSuccess: renew,
  })
  const refused = revoke.data?.revokeApproval
  return (
    <>
      {revoke.error && <FormFault>{errorText(revoke.error)}</FormFault>}
      {refused?.refusal && <FormFault>{refusalText(refused)}</FormFault>}
      <Button loading={revoke.isPending} onClick={() => revoke.mutate()}>
        {t('takeBack')}
      </Button>
    </>
  )
}
