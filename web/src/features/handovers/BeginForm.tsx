// Beginning a handover: how far the review goes back, and whether the leaver is out at once.
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Button, Checkbox, InputNumber, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  BeginHandoverDocument,
  HandoverLeaverDocument,
  HandoversDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { REVIEW_DAYS } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useErrorText } from '#/ui/States'
import styles from './handovers.module.css'

export function BeginForm({ staff, onClose }: { staff: string; onClose: () => void }) {
  const { t } = useTranslation('handovers')
  const errorText = useErrorText()
  const navigate = useNavigate()
  const [days, setDays] = useState<number>(REVIEW_DAYS.usual)
  const [suspend, setSuspend] = useState(false)
  const name = useQuery(queryOf(HandoverLeaverDocument, { id: staff })).data?.staff?.name ?? '…'
  const begin = useMutation({
    mutationFn: () =>
      request(BeginHandoverDocument, { input: { staff, reviewDays: days, suspend } }),
    onSuccess: ({ beginHandover: { handover } }) => {
      if (!handover) return
      void forget(HandoversDocument)
      void navigate({ to: '/handovers/$id', params: { id: handover.id } })
    },
  })
  const refusal = begin.data?.beginHandover.refusal
  return (
    <Modal open title={t('beginTitle', { name })} onCancel={onClose} footer={null} width={460}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          begin.mutate()
        }}
      >
        <p className={styles.lead}>{t('beginText')}</p>
        {begin.error && <FormFault>{errorText(begin.error)}</FormFault>}
        {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
        <Field label={t('reviewDays')} hint={t('reviewDaysHint')}>
          {(field) => (
            <InputNumber
              {...field}
              min={REVIEW_DAYS.min}
              max={REVIEW_DAYS.max}
              precision={0}
              inputMode="numeric"
              value={days}
              onChange={(value) => setDays(value ?? REVIEW_DAYS.usual)}
            />
          )}
        </Field>
        <Checkbox checked={suspend} onChange={(event) => setSuspend(event.target.checked)}>
          {t('suspendNow')}
        </Checkbox>
        <p className={styles.hint}>{t('suspendNowHint')}</p>
        <div className={styles.submit}>
          <Button type="primary" danger={suspend} htmlType="submit" loading={begin.isPending}>
            {t(suspend ? 'beginAndSuspend' : 'begin')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
