// Controls beside the query. Each shows what the query's text says and edits only that.
import { FilterOutlined } from '@ant-design/icons'
import { Button, DatePicker, Select } from 'antd'
import dayjs, { type Dayjs } from 'dayjs'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConversationFilter } from './ConversationFilter'
import styles from './FilterBar.module.css'
import { KINDS } from './kinds'
import { PersonFilter } from './PersonFilter'
import { type Filters, readFilters, writeFilters } from './queryText'

const DAY = 'YYYY-MM-DD'

export function FilterBar(props: { query: string; onChange: (query: string) => void }) {
  const { t } = useTranslation(['search', 'model'])
  const [open, setOpen] = useState(false)
  const filters = readFilters(props.query)
  const active = Object.keys(filters).length
  const set = (change: Filters) => props.onChange(writeFilters(props.query, change))
  return (
    <fieldset className={`${styles.bar} ${open ? styles.open : ''}`}>
      <legend className="sr-only">{t('search:filters')}</legend>
      {/* On a phone the controls stand behind this button. */}
      <Button
        className={styles.opener ?? ''}
        icon={<FilterOutlined />}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {t('search:filters')}
        {active > 0 && ` ${active}`}
      </Button>
      {filters.conversation !== undefined && (
        <ConversationFilter
          id={filters.conversation}
          onClear={() => set({ conversation: undefined })}
        />
      )}
      {(['from', 'to', 'customer', 'staff'] as const).map((name) => (
        <PersonFilter
          key={name}
          name={name}
          value={filters[name]}
          onChange={(value) => set({ [name]: value })}
        />
      ))}
      <Select
        className={styles.kind ?? ''}
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        value={filters.kind ?? null}
        placeholder={t('search:filter.kind')}
        aria-label={t('search:filter.kind')}
        options={KINDS.map((kind) => ({
          value: kind.toLowerCase(),
          label: t(`model:kind.${kind}`),
        }))}
        onChange={(kind: string | null | undefined) => set({ kind: kind ?? undefined })}
      />
      <Days filters={filters} onChange={set} />
      <Toggle
        label={t('search:filter.attachment')}
        on={filters.has === 'attachment'}
        onChange={(on) => set({ has: on ? 'attachment' : undefined })}
      />
      <Toggle
        label={t('search:filter.recalled')}
        on={filters.is === 'recalled'}
        onChange={(on) => set({ is: on ? 'recalled' : undefined })}
      />
    </fieldset>
  )
}

/** Days from and to, both included; the query's `before` is the day after the last. */
function Days(props: { filters: Filters; onChange: (change: Filters) => void }) {
  const { t } = useTranslation('search')
  const { after, before } = props.filters
  const from = day(after)
  const to = day(before)?.subtract(1, 'day') ?? null
  return (
    <DatePicker.RangePicker
      className={styles.days ?? ''}
      allowEmpty={[true, true]}
      value={[from, to]}
      placeholder={[t('filter.from_day'), t('filter.to_day')]}
      aria-label={t('filter.days')}
      onChange={(range) =>
        props.onChange({
          after: range?.[0]?.format(DAY),
          before: range?.[1]?.add(1, 'day').format(DAY),
        })
      }
    />
  )
}

function day(text: string | undefined): Dayjs | null {
  if (text === undefined || !/^\d{4}(-\d{2}){0,2}$/.test(text)) return null
  const found = dayjs(text)
  return found.isValid() ? found : null
}

function Toggle(props: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <button
      type="button"
      className={styles.toggle}
      aria-pressed={props.on}
      onClick={() => props.onChange(!props.on)}
    >
      {props.label}
    </button>
  )
}
