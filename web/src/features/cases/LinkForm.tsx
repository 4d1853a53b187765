// A step of a chain, to be made or changed: what happened, when, and which messages of the case show it.
import { useMutation, useQuery } from '@tanstack/react-query'
import { DatePicker, Input, Select } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CaseChainDocument,
  CaseRecordsDocument,
  type CaseStepKind,
  LinkCaseDocument,
} from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { request } from '#/lib/graphql'
import { CASE_LINE_CHARS_MAX, CASE_TEXT_CHARS_MAX } from '#/lib/limits'
import { usePreferences } from '#/lib/preferences'
import { forget, queryOf } from '#/lib/query'
import { Field } from '#/ui/Field'
import { FormDialog } from '#/ui/FormDialog'
import { TextAreaField } from '#/ui/TextAreaField'
import type { ChainLink } from './Chain'
import styles from './cases.module.css'

const KINDS = [
  'OFFER',
  'CONTRACT',
  'PAYMENT',
  'DELIVERY',
  'COMPLAINT',
  'NOTICE',
  'OTHER',
] as const satisfies CaseStepKind[]
/** Characters of a message by which it is known again in the list. */
const EXCERPT_CHARS = 40

type Step = {
  kind: CaseStepKind
  title: string
  at: string | null
  comment: string
  records: string[]
}

function stepOf(now: ChainLink | undefined): Step {
  if (!now) return { kind: 'CONTRACT', title: '', at: null, comment: '', records: [] }
  const { kind, title, at, comment } = now
  return { kind, title, at, comment, records: now.records.map((record) => record.id) }
}

export function LinkForm(props: { id: string; now?: ChainLink; onClose: () => void }) {
  const { id, now } = props
  const { t } = useTranslation('cases')
  const [step, setStep] = useState<Step>(() => stepOf(now))
  const set = (part: Partial<Step>) => setStep({ ...step, ...part })
  const save = useMutation({
    mutationFn: () =>
      request(LinkCaseDocument, { input: { case: id, link: now?.number ?? null, ...step } }),
    onSuccess: ({ linkCase: { refusal } }) => {
      if (refusal) return
      void forget(CaseChainDocument)
      props.onClose()
    },
  })
  const refusal = save.data?.linkCase.refusal
  return (
    <FormDialog
      title={t(now ? 'changeLinkTitle' : 'linkTitle')}
      save={t('save')}
      saving={save.isPending}
      error={save.error}
      refusal={refusal ? t(`chainRefusal.${refusal}`) : null}
      onSave={() => save.mutate()}
      onClose={props.onClose}
    >
      <Field label={t('happened')}>
        {(field) => (
          <Input
            {...field}
            maxLength={CASE_LINE_CHARS_MAX}
            value={step.title}
            onChange={(event) => set({ title: event.target.value })}
          />
        )}
      </Field>
      <KindAndTime step={step} onChange={set} />
      <Records id={id} now={now} step={step} onChange={set} />
      <TextAreaField
        label={t('comment')}
        rows={2}
        maxLength={CASE_TEXT_CHARS_MAX}
        value={step.comment}
        onChange={(comment) => set({ comment })}
      />
    </FormDialog>
  )
}

type Change = { step: Step; onChange: (part: Partial<Step>) => void }

function KindAndTime({ step, onChange }: Change) {
  const { t } = useTranslation('cases')
  return (
    <div className={styles.pair}>
      <Field label={t('step')}>
        {(field) => (
          <Select<CaseStepKind>
            {...field}
            className={styles.whole ?? ''}
            value={step.kind}
            options={KINDS.map((value) => ({ value, label: t(`step.${value}`) }))}
            onChange={(kind) => onChange({ kind })}
          />
        )}
      </Field>
      <Field label={t('at')}>
        {(field) => (
          <DatePicker
            {...field}
            className={styles.whole ?? ''}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={step.at ? dayjs(step.at) : null}
            onChange={(at) => onChange({ at: at ? at.toISOString() : null })}
          />
        )}
      </Field>
    </div>
  )
}

/** The messages that show it, chosen among those of the case; those that were chosen before are offered too. */
function Records(props: Change & { id: string; now: ChainLink | undefined }) {
  const { t } = useTranslation('cases')
  const { language } = usePreferences()
  const found = useQuery(queryOf(CaseRecordsDocument, { id: props.id }))
  const messages = [
    ...(props.now?.records.map((record) => record.message) ?? []),
    ...(found.data?.case?.messages.nodes.map((node) => node.message) ?? []),
  ]
  const options = new Map(
    messages.flatMap((message) => {
      if (!message) return []
      const time = formatTime(message.at, 'minute', language)
      const text = message.text.slice(0, EXCERPT_CHARS)
      return [[message.id, `${time} ${message.from?.name ?? ''}: ${text}`] as const]
    }),
  )
  return (
    <Field label={t('records')} hint={t('recordsHint')}>
      {(field) => (
        <Select
          {...field}
          className={styles.whole ?? ''}
          mode="multiple"
          loading={found.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          value={props.step.records}
          options={[...options].map(([value, label]) => ({ value, label }))}
          onChange={(records: string[]) => props.onChange({ records })}
          // The time of what happened is mostly the time of the message that shows it.
          onSelect={(chosen: string) => {
            const message = messages.find((one) => one?.id === chosen)
            if (message && props.step.at === null) {
              props.onChange({ at: message.at, records: [...props.step.records, chosen] })
            }
          }}
        />
      )}
    </Field>
  )
}
