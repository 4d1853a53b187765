// Controls of the audit trail. Each shows what the address says and edits only that.
import { FilterOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button, DatePicker, Input, Select, Tag } from 'antd'
import dayjs from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AuditActorsDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { type Subject, shortId } from './event'
import styles from './FilterBar.module.css'
import type { AuditSearch } from './filter'
import { GROUP_NAMES, type Group } from './groups'

const DAY = 'YYYY-MM-DD'

type Props = {
  search: AuditSearch
  /** What the filter's subject is called, once an event has told. */
  subject: Subject | undefined
  onChange: (next: Partial<AuditSearch>) => void
}

export function FilterBar({ search, subject, onChange }: Props) {
  const { t } = useTranslation('audit')
  const [open, setOpen] = useState(false)
  const active = Object.values(search).filter((value) => value !== undefined).length
  return (
    <fieldset className={`${styles.bar} ${open ? styles.open : ''}`}>
      <legend className="sr-only">{t('filters')}</legend>
      <Button
        className={styles.opener ?? ''}
        icon={<FilterOutlined />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {t('filters')}
        {active > 0 && ` ${active}`}
      </Button>
      {search.subject !== undefined && (
        <Tag
          className={styles.subject ?? ''}
          closable={{ 'aria-label': t('allSubjects') }}
          onClose={() => onChange({ subject: undefined })}
        >
          {t('about', { name: subject?.name ?? shortId(search.subject) })}
        </Tag>
      )}
      <Who value={search.who} onChange={(who) => onChange({ who })} />
      <Select<Group>
        className={styles.group ?? ''}
        allowClear
        value={search.group ?? null}
        placeholder={t('group')}
        aria-label={t('group')}
        options={GROUP_NAMES.map((value) => ({ value, label: t(`group.${value}`) }))}
        onChange={(group) => onChange({ group: group ?? undefined })}
      />
      <DatePicker.RangePicker
        className={styles.days ?? ''}
        allowEmpty={[true, true]}
        value={[search.from ? dayjs(search.from) : null, search.to ? dayjs(search.to) : null]}
        placeholder={[t('fromDay'), t('toDay')]}
        aria-label={t('days')}
        onChange={(range) =>
          onChange({ from: range?.[0]?.format(DAY), to: range?.[1]?.format(DAY) })
        }
      />
      <Words
        key={`words ${search.q ?? ''}`}
        value={search.q}
        label={t('words')}
        hint={t('words')}
        className={styles.words}
        charsMax={200}
        onChange={(q) => onChange({ q })}
      />
      <Words
        key={`code ${search.code ?? ''}`}
        value={search.code}
        label={t('code')}
        hint={t('codeHint')}
        className={styles.code}
        charsMax={12}
        onChange={(code) => onChange({ code })}
      />
    </fieldset>
  )
}

/** People, and the two who are nobody's account. */
function Who(props: { value: string | undefined; onChange: (who: string | undefined) => void }) {
  const { t } = useTranslation('audit')
  const actors = useQuery(queryOf(AuditActorsDocument, {})).data?.auditActors ?? []
  const people = actors.map((one) => ({ value: one.id ?? '', label: one.name ?? one.id ?? '' }))
  const others = (['operator', 'system'] as const).map((value) => ({
    value: value as string,
    label: t(`kind.${value}`),
  }))
  return (
    <Select
      className={styles.who ?? ''}
      allowClear
      showSearch={{ optionFilterProp: 'label' }}
      value={props.value ?? null}
      placeholder={t('who')}
      aria-label={t('who')}
      options={[...people, ...others]}
      onChange={(who: string | null | undefined) => props.onChange(who ?? undefined)}
    />
  )
}

/** Words, and the code of a mark, are looked for when they are said: by Enter or by leaving the field. */
function Words(props: {
  value: string | undefined
  label: string
  hint: string
  className: string | undefined
  charsMax: number
  onChange: (words: string | undefined) => void
}) {
  const [text, setText] = useState(props.value ?? '')
  const say = () => {
    const words = text.trim() || undefined
    if (words !== props.value) props.onChange(words)
  }
  return (
    <Input
      className={props.className ?? ''}
      allowClear
      value={text}
      placeholder={props.label}
      aria-label={props.label}
      title={props.hint}
      maxLength={props.charsMax}
      onChange={(event) => setText(event.target.value)}
      onClear={() => props.value !== undefined && props.onChange(undefined)}
      onPressEnter={say}
      onBlur={say}
    />
  )
}
