// Collecting what a page shows into a case: a button, and the question what goes with it.
import { FolderAddOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { App, Button, DatePicker, InputNumber, Modal, Select } from 'antd'
import dayjs from 'dayjs'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CaseChainDocument,
  CaseConversationsDocument,
  CaseDocument,
  CaseMessagesDocument,
  CollectIntoCaseDocument,
  PickCasesDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { type Choice, type Collectable, collectInput, firstChoice, hasContext } from '#/lib/collect'
import { dayOf } from '#/lib/days'
import { request } from '#/lib/graphql'
import { CASE_CONTEXT_MESSAGES_MAX, CASE_TEXT_CHARS_MAX } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import styles from './Collect.module.css'
import { Field, FormFault } from './Field'
import { Segments } from './Segments'
import { EmptyState, RowsSkeleton, useErrorText } from './States'
import { TextAreaField } from './TextAreaField'

const CONTEXTS = ['ALONE', 'AROUND', 'DAY', 'CONVERSATION'] as const

/** Nothing for those who do not work on cases. */
export function CollectButton(props: {
  what: Collectable
  /** A sign without words, where there is little room. */
  quiet?: boolean
  label?: string
}) {
  const { t } = useTranslation('cases')
  const can = useCan()
  const [open, setOpen] = useState(false)
  if (!can('MANAGE_CASES')) return null
  const label = props.label ?? t('collect')
  return (
    <>
      <Button
        type={props.quiet ? 'text' : 'default'}
        icon={<FolderAddOutlined />}
        title={props.quiet ? label : undefined}
        aria-label={label}
        onClick={() => setOpen(true)}
      >
        {props.quiet ? null : t('collect')}
      </Button>
      {open && <CollectDialog what={props.what} onClose={() => setOpen(false)} />}
    </>
  )
}

function CollectDialog(props: { what: Collectable; onClose: () => void }) {
  const { t } = useTranslation('cases')
  const content = useRef<HTMLDivElement>(null)
  const cases = useQuery(queryOf(PickCasesDocument, {}))
  const nodes = cases.data?.cases.nodes
  return (
    <Modal
      open
      title={t('collectTitle')}
      onCancel={props.onClose}
      footer={null}
      width={480}
      afterOpenChange={(open) => {
        if (open) content.current?.querySelector('input')?.focus()
      }}
    >
      <div ref={content}>
        {nodes === undefined && <RowsSkeleton rows={3} />}
        {nodes?.length === 0 && (
          <EmptyState title={t('collectNoCase')} action={<Link to="/cases">{t('new')}</Link>} />
        )}
        {nodes && nodes.length > 0 && <CollectForm {...props} cases={nodes} />}
      </div>
    </Modal>
  )
}

type Case = { id: string; name: string; number: string }

function CollectForm(props: { what: Collectable; cases: Case[]; onClose: () => void }) {
  const { what, cases } = props
  const { t } = useTranslation('cases')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const [into, setInto] = useState(cases[0]?.id ?? '')
  const [choice, setChoice] = useState<Choice>(() => firstChoice(what))
  const set = (part: Partial<Choice>) => setChoice({ ...choice, ...part })
  const collect = useMutation({
    mutationFn: () => request(CollectIntoCaseDocument, { input: collectInput(what, choice, into) }),
    onSuccess: ({ collectIntoCase: { item } }) => {
      if (!item) return
      const name = cases.find((one) => one.id === into)?.name ?? ''
      void message.success(t('collected', { name, number: item.number }))
      void forget(CaseDocument, CaseConversationsDocument, CaseMessagesDocument, CaseChainDocument)
      props.onClose()
    },
  })
  const refusal = collect.data?.collectIntoCase.refusal
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        collect.mutate()
      }}
    >
      {collect.error && <FormFault>{errorText(collect.error)}</FormFault>}
      {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
      <Field label={t('collectCase')}>
        {(field) => (
          <Select
            {...field}
            className={styles.whole ?? ''}
            showSearch={{ optionFilterProp: 'label' }}
            value={into}
            options={cases.map((one) => ({ value: one.id, label: titleOf(one) }))}
            onChange={setInto}
          />
        )}
      </Field>
      {'conversation' in what && <Part what={what} choice={choice} onChange={set} />}
      {'query' in what && <Standing choice={choice} onChange={set} />}
      {hasContext(what, choice) && <Context choice={choice} onChange={set} />}
      <TextAreaField
        label={t('comment')}
        rows={2}
        maxLength={CASE_TEXT_CHARS_MAX}
        value={choice.comment}
        onChange={(comment) => set({ comment })}
      />
      <div className={styles.foot}>
        <Button onClick={props.onClose}>{t('cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={collect.isPending}>
          {t('collectDo')}
        </Button>
      </div>
    </form>
  )
}

function titleOf(one: Case): string {
  return one.number ? `${one.name} · ${one.number}` : one.name
}

type Change = { choice: Choice; onChange: (part: Partial<Choice>) => void }

/** All of a conversation, or some days of it. */
function Part(props: Change & { what: { firstAt: string; lastAt: string } }): ReactNode {
  const { t } = useTranslation('cases')
  const { choice, onChange, what } = props
  const first = dayOf(new Date(what.firstAt))
  const last = dayOf(new Date(what.lastAt))
  return (
    <>
      <Field label={t('collectWhat')}>
        {() => (
          <Segments
            label={t('collectWhat')}
            value={choice.days === null ? 'whole' : 'part'}
            options={(['whole', 'part'] as const).map((value) => ({
              value,
              label: t(`collect.${value}`),
            }))}
            onChange={(value) =>
              onChange({ days: value === 'whole' ? null : { from: first, until: last } })
            }
          />
        )}
      </Field>
      {choice.days && (
        <div className={styles.pair}>
          <Day
            label={t('collectFrom')}
            value={choice.days.from}
            onChange={(from) => onChange({ days: { from, until: choice.days?.until ?? null } })}
          />
          <Day
            label={t('collectUntil')}
            value={choice.days.until}
            onChange={(until) => onChange({ days: { from: choice.days?.from ?? null, until } })}
          />
        </div>
      )}
    </>
  )
}

function Day(props: {
  label: string
  value: string | null
  onChange: (day: string | null) => void
}) {
  return (
    <Field label={props.label}>
      {(field) => (
        <DatePicker
          {...field}
          className={styles.whole ?? ''}
          value={props.value ? dayjs(props.value) : null}
          onChange={(day) => props.onChange(day ? day.format('YYYY-MM-DD') : null)}
        />
      )}
    </Field>
  )
}

function Standing({ choice, onChange }: Change) {
  const { t } = useTranslation('cases')
  return (
    <Field label={t('collectWhat')} hint={choice.standing ? t('collect.standingHint') : undefined}>
      {() => (
        <Segments
          label={t('collectWhat')}
          value={choice.standing ? 'standing' : 'fixed'}
          options={(['fixed', 'standing'] as const).map((value) => ({
            value,
            label: t(`collect.${value}`),
          }))}
          onChange={(value) => onChange({ standing: value === 'standing' })}
        />
      )}
    </Field>
  )
}

function Context({ choice, onChange }: Change) {
  const { t } = useTranslation('cases')
  const count = (value: number, label: string, set: (count: number) => void) => (
    <Field label={label}>
      {(field) => (
        <InputNumber
          {...field}
          className={styles.whole ?? ''}
          min={0}
          max={CASE_CONTEXT_MESSAGES_MAX}
          precision={0}
          value={value}
          onChange={(next) => set(next ?? 0)}
        />
      )}
    </Field>
  )
  return (
    <>
      <Field label={t('context')} hint={t('contextHint')}>
        {(field) => (
          <Select
            {...field}
            className={styles.whole ?? ''}
            value={choice.context}
            options={CONTEXTS.map((value) => ({ value, label: t(`contextOf.${value}`) }))}
            onChange={(context) => onChange({ context })}
          />
        )}
      </Field>
      {choice.context === 'AROUND' && (
        <div className={styles.pair}>
          {count(choice.before, t('before'), (before) => onChange({ before }))}
          {count(choice.after, t('after'), (after) => onChange({ after }))}
        </div>
      )}
    </>
  )
}
