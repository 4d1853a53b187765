// Signing a form, and taking a signature off while the other one is missing.
import { useMutation } from '@tanstack/react-query'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  HandoverDocument,
  HandoverFormSheetDocument,
  HandoversDocument,
  OwnHandoverFormsDocument,
  ReopenHandoverFormDocument,
  SignHandoverFormDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { FORM_TEXT_CHARS_MAX } from '#/lib/limits'
import { forget } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import type { Form } from './form'
import styles from './form.module.css'

/** What a change of a form makes stale. */
export const STALE = [
  HandoverFormSheetDocument,
  OwnHandoverFormsDocument,
  HandoverDocument,
  HandoversDocument,
]

export function Sign({ form, whole }: { form: Form; whole: boolean }) {
  const { t } = useTranslation('handovers')
  const errorText = useErrorText()
  const [reason, setReason] = useState('')
  const onSettled = () => forget(...STALE)
  const sign = useMutation({
    mutationFn: () =>
      request(SignHandoverFormDocument, {
        input: {
          id: form.id,
          digest: form.digest,
          reason: form.maySignAs === 'WITNESS' ? reason : null,
        },
      }),
    onSettled,
  })
  const reopen = useMutation({
    mutationFn: () => request(ReopenHandoverFormDocument, { input: { id: form.id } }),
    onSettled,
  })
  const refusal =
    sign.data?.signHandoverForm.refusal ?? reopen.data?.reopenHandoverForm.refusal ?? null
  const error = sign.error ?? reopen.error
  if (!form.maySignAs && !form.mayReopen) return null
  return (
    <div className={styles.screen}>
      <Section title={t('signTitle')}>
        {error && <FormFault>{errorText(error)}</FormFault>}
        {refusal && <FormFault>{t(`formRefusal.${refusal}`)}</FormFault>}
        {form.maySignAs && <p className={styles.lead}>{t(`signText.${form.maySignAs}`)}</p>}
        {form.maySignAs === 'WITNESS' && (
          <Field label={t('reason')} hint={t('reasonHint')}>
            {(field) => (
              <Input
                {...field}
                maxLength={FORM_TEXT_CHARS_MAX}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
        )}
        <div className={styles.buttons}>
          {form.maySignAs && (
            <Button
              type="primary"
              disabled={!whole || (form.maySignAs === 'WITNESS' && reason.trim() === '')}
              loading={sign.isPending}
              onClick={() => sign.mutate()}
            >
              {t('sign')}
            </Button>
          )}
          {form.mayReopen && (
            <Button loading={reopen.isPending} onClick={() => reopen.mutate()}>
              {t('reopen')}
            </Button>
          )}
        </div>
      </Section>
    </div>
  )
}
