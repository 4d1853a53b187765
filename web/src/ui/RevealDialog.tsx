// The question before a masked value is shown: why it is needed. The answer stands in the audit trail.
import { useMutation } from '@tanstack/react-query'
import { Button, Input, Modal } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type MaskedPartsFragment, RevealPersonalDocument } from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { REVEAL_REASON_CHARS_MAX } from '#/lib/limits'
import { Field, FormFault } from './Field'
import styles from './Masked.module.css'
import { useErrorText } from './States'

export type RevealSubject = { message: string } | { customer: string }

export function RevealDialog(props: {
  subject: RevealSubject
  value: MaskedPartsFragment
  /** The value as it stands there masked. */
  shown: string
  onClose: () => void
  onRevealed: (value: string) => void
}) {
  const { t } = useTranslation(['body', 'model'])
  const errorText = useErrorText()
  const content = useRef<HTMLFormElement>(null)
  const [reason, setReason] = useState('')
  const reveal = useMutation({
    mutationFn: () =>
      request(RevealPersonalDocument, {
        input: { ...props.subject, index: props.value.index, reason },
      }),
    onSuccess: ({ revealPersonal }) => props.onRevealed(revealPersonal.value),
    // The value stays with the page and nowhere else.
    gcTime: 0,
  })
  const kind = t(`model:personal.${props.value.kind}`)
  return (
    <Modal
      open
      title={t('body:revealTitle', { kind })}
      onCancel={props.onClose}
      footer={null}
      width={440}
      afterOpenChange={(open) => {
        if (open) content.current?.querySelector('textarea')?.focus()
      }}
    >
      <form
        ref={content}
        onSubmit={(event) => {
          event.preventDefault()
          reveal.mutate()
        }}
      >
        <p className={styles.text}>{t('body:revealText', { shown: props.shown })}</p>
        {reveal.error && <FormFault>{errorText(reveal.error)}</FormFault>}
        <Field label={t('body:revealReason')} hint={t('body:revealReasonHint')}>
          {(field) => (
            <Input.TextArea
              {...field}
              rows={3}
              maxLength={REVEAL_REASON_CHARS_MAX}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Field>
        <div className={styles.foot}>
          <Button onClick={props.onClose}>{t('body:revealCancel')}</Button>
          <Button
            type="primary"
            htmlType="submit"
            loading={reveal.isPending}
            disabled={reason.trim() === ''}
          >
            {t('body:revealDo')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
