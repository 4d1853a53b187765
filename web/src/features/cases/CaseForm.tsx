// What is known of a case, to be filled in or changed.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CaseDocument,
  type CasePartyRole,
  CasePeopleDocument,
  type CaseQuery,
  CasesDocument,
  ChangeCaseDocument,
  type ForumKind,
  OpenCaseDocument,
  PickCasesDocument,
} from '#/api/gen/operations'
import { useViewer } from '#/lib/access'
import { request } from '#/lib/graphql'
import { CASE_LINE_CHARS_MAX, CASE_PARTIES_MAX, CASE_TEXT_CHARS_MAX } from '#/lib/limits'
import { forget, queryOf } from '#/lib/query'
import { Field } from '#/ui/Field'
import { FormDialog } from '#/ui/FormDialog'
import { TextAreaField } from '#/ui/TextAreaField'
import { type About, aboutOf, FORUM_KINDS, PARTY_ROLES } from './about'
import styles from './cases.module.css'

type Case = NonNullable<CaseQuery['case']>
type Set = (part: Partial<About>) => void

export function CaseForm(props: {
  /** The case to change; none for a new one. */
  now?: Case
  onClose: () => void
  onDone: (id: string) => void
}) {
  const { now } = props
  const { t } = useTranslation('cases')
  const viewer = useViewer()
  const [about, setAbout] = useState<About>(() => aboutOf(now, viewer?.user.id))
  const set: Set = (part) => setAbout({ ...about, ...part })
  const save = useMutation({
    mutationFn: async () => {
      if (!now) return (await request(OpenCaseDocument, { input: { about } })).openCase
      return (await request(ChangeCaseDocument, { input: { id: now.id, about } })).changeCase
    },
    onSuccess: (done) => {
      if (!done.case) return
      void forget(CasesDocument, CaseDocument, PickCasesDocument)
      props.onClose()
      props.onDone(done.case.id)
    },
  })
  const refusal = save.data?.refusal
  return (
    <FormDialog
      title={t(now ? 'changeTitle' : 'openTitle')}
      save={t('save')}
      saving={save.isPending}
      error={save.error}
      refusal={refusal ? t(`refusal.${refusal}`) : null}
      onSave={() => save.mutate()}
      onClose={props.onClose}
    >
      <Line label={t('name')} value={about.name} onChange={(name) => set({ name })} />
      <Line label={t('number')} value={about.number} onChange={(number) => set({ number })} />
      <ForumFields about={about} onChange={set} />
      <TextAreaField
        label={t('purpose')}
        rows={3}
        maxLength={CASE_TEXT_CHARS_MAX}
        value={about.purpose}
        onChange={(purpose) => set({ purpose })}
      />
      <Parties about={about} onChange={set} />
      <InCharge about={about} now={now} onChange={set} />
    </FormDialog>
  )
}

function Line(props: { label: string; value: string; onChange: (text: string) => void }) {
  return (
    <Field label={props.label}>
      {(field) => (
        <Input
          {...field}
          maxLength={CASE_LINE_CHARS_MAX}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function ForumFields({ about, onChange }: { about: About; onChange: Set }) {
  const { t } = useTranslation('cases')
  const { forum } = about
  const set = (part: Partial<About['forum']>) => onChange({ forum: { ...forum, ...part } })
  return (
    <>
      <div className={styles.pair}>
        <Field label={t('forumKind')}>
          {(field) => (
            <Select<ForumKind>
              {...field}
              className={styles.whole ?? ''}
              value={forum.kind}
              options={FORUM_KINDS.map((value) => ({ value, label: t(`forumKind.${value}`) }))}
              onChange={(kind) => set({ kind })}
            />
          )}
        </Field>
        <Line label={t('forumName')} value={forum.name} onChange={(name) => set({ name })} />
      </div>
      <p className={styles.check}>
        <Checkbox
          checked={forum.abroad}
          onChange={(event) => set({ abroad: event.target.checked })}
        >
          {t('abroad')}
        </Checkbox>
      </p>
      {forum.abroad && (
        <Field label={t('approvalNumber')} hint={t('abroadHint')}>
          {(field) => (
            <Input
              {...field}
              maxLength={CASE_LINE_CHARS_MAX}
              value={forum.approvalNumber}
              onChange={(event) => set({ approvalNumber: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}

function Parties({ about, onChange }: { about: About; onChange: Set }) {
  const { t } = useTranslation('cases')
  const { parties } = about
  const change = (at: number, part: Partial<About['parties'][number]>) =>
    onChange({ parties: parties.map((one, i) => (i === at ? { ...one, ...part } : one)) })
  return (
    <fieldset className={styles.parties}>
      <legend>{t('parties')}</legend>
      {parties.map((party, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parties have nothing but their place
        <div key={at} className={styles.party}>
          <Input
            aria-label={t('party', { number: at + 1 })}
            maxLength={CASE_LINE_CHARS_MAX}
            value={party.name}
            onChange={(event) => change(at, { name: event.target.value })}
          />
          <Select<CasePartyRole>
            aria-label={t('partyRole', { number: at + 1 })}
            value={party.role}
            options={PARTY_ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
            onChange={(role) => change(at, { role })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('removeParty', { number: at + 1 })}
            onClick={() => onChange({ parties: parties.filter((_, i) => i !== at) })}
          />
        </div>
      ))}
      <Button
        icon={<PlusOutlined />}
        disabled={parties.length >= CASE_PARTIES_MAX}
        onClick={() => onChange({ parties: [...parties, { name: '', role: 'CLAIMANT' }] })}
      >
        {t('addParty')}
      </Button>
    </fieldset>
  )
}

function InCharge(props: { about: About; now: Case | undefined; onChange: Set }) {
  const { t } = useTranslation('cases')
  const people = useQuery(queryOf(CasePeopleDocument, {})).data?.casePeople ?? []
  const known = new Map((props.now?.inCharge ?? []).map((one) => [one.id, one.name]))
  for (const one of people) {
    known.set(one.id, one.name === one.login ? one.name : `${one.name} (${one.login})`)
  }
  return (
    <Field label={t('inCharge')} hint={t('inChargeHint')}>
      {(field) => (
        <Select
          {...field}
          className={styles.whole ?? ''}
          mode="multiple"
          showSearch={{ optionFilterProp: 'label' }}
          value={props.about.inCharge}
          options={[...known].map(([value, label]) => ({ value, label }))}
          onChange={(inCharge: string[]) => props.onChange({ inCharge })}
        />
      )}
    </Field>
  )
}
