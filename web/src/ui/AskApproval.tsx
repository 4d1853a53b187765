// The offer to ask a second person, wherever the server said that one must agree.
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Input, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AskApprovalDocument, type SensitiveOperationInput } from '#/api/gen/operations'
import { type Operation, onOffer } from '#/lib/approval'
import { request } from '#/lib/graphql'
import { APPROVAL_WORDS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import styles from './AskApproval.module.css'
import { Field, FormFault } from './Field'
import { useErrorText } from './States'

export function AskApproval() {
  const { t } = useTranslation('approvals')
  const [operation, setOperation] = useState<Operation | null>(null)
  const [asked, setAsked] = useState<string | null>(null)
  const navigate = useNavigate()
  useEffect(
    () =>
      onOffer((next) => {
        setAsked(null)
        setOperation(next)
      }),
    [],
  )
  if (!operation) return null
  const close = () => setOperation(null)
  return (
    <Modal
      open
      title={t(asked ? 'askedTitle' : 'askTitle')}
      onCancel={close}
      footer={null}
      width={440}
      // It may stand over the dialog whose operation it is about.
      zIndex={1_050}
    >
      {asked ? (
        <>
          <p className={styles.text}>{t('askedText')}</p>
          <div className={styles.foot}>
            <Button onClick={close}>{t('close')}</Button>
            <Button
              type="primary"
              onClick={() => {
                close()
                void navigate({ to: '/approvals/$id', params: { id: asked } })
              }}
            >
              {t('open')}
            </Button>
          </div>
        </>
      ) : (
        <AskForm operation={operation} onAsked={setAsked} />
      )}
    </Modal>
  )
}

function AskForm(props: { operation: Operation; onAsked: (id: string) => void }) {
  const { t } = useTranslation('approvals')
  const errorText = useErrorText()
  const [reason, setReason] = useState('')
  const { name, input } = props.operation
  const ask = useMutation({
    mutationFn: () =>
      request(AskApprovalDocument, {
        input: { operation: { [name]: input } as unknown as SensitiveOperationInput, reason },
      }),
    onSuccess: ({ askApproval: { approval } }) => {
      if (!approval) return
      void forget('query Approvals', 'query ApprovalsWaiting')
      props.onAsked(approval.id)
    },
  })
  const answer = ask.data?.askApproval
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        ask.mutate()
      }}
    >
      <p className={styles.text}>{t('askText')}</p>
      {ask.error && <FormFault>{errorText(ask.error)}</FormFault>}
      {answer?.refusal && (
        <FormFault>{t(`refusal.${answer.refusal}`, { because: answer.because ?? '' })}</FormFault>
      )}
      <Field label={t('reason')} hint={t('reasonHint')}>
        {(field) => (
          <Input.TextArea
            {...field}
            autoFocus
            rows={3}
            maxLength={APPROVAL_WORDS_MAX}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        )}
      </Field>
      <div className={styles.foot}>
        <Button
          type="primary"
          htmlType="submit"
          loading={ask.isPending}
          disabled={reason.trim() === ''}
        >
          {t('ask')}
        </Button>
      </div>
    </form>
  )
}
