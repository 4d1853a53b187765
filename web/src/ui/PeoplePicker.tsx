// Fields that choose people: names are looked for as one types. Departments are few and are offered whole.
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  DepartmentsDocument,
  PickCustomersDocument,
  PickStaffDocument,
  type StaffState,
} from '#/api/gen/operations'
import { branches } from '#/lib/departments'
import { queryOf } from '#/lib/query'
import { useSettled } from '#/lib/settled'
import type { FieldProps } from './Field'
import styles from './PeoplePicker.module.css'

/** How long after the last key names are looked for, in milliseconds. */
const PAUSE_MS = 200

/** Somebody who was chosen, by id and name. */
export type Picked = { value: string; label: string }
type Option = Picked & { more?: string | null }

type One = {
  field: FieldProps
  placeholder?: string
  value: Picked | null
  onChange: (value: Picked | null) => void
}
type Several = {
  field: FieldProps
  placeholder?: string
  value: Picked[]
  onChange: (value: Picked[]) => void
}

function useStaff(text: string, state: StaffState | null): Option[] {
  const search = useSettled(text.trim(), PAUSE_MS)
  const found = useQuery({
    ...queryOf(PickStaffDocument, { search, state }),
    placeholderData: (before) => before,
  })
  return (found.data?.allStaff.nodes ?? []).map((one) => ({
    value: one.id,
    label: one.name,
    more: one.position ?? (one.channelId === one.name ? null : one.channelId),
  }))
}

function useCustomers(text: string): Option[] {
  const search = useSettled(text.trim(), PAUSE_MS)
  const found = useQuery({
    ...queryOf(PickCustomersDocument, { search }),
    placeholderData: (before) => before,
  })
  return (found.data?.customers.nodes ?? []).map((one) => ({
    value: one.id,
    label: one.name,
    more: one.company,
  }))
}

/** One member of staff; those who do not work here are not offered where `active` is set. */
export function StaffPicker(props: One & { active?: boolean }) {
  const [text, setText] = useState('')
  const options = useStaff(text, props.active ? 'ACTIVE' : null)
  return <OnePicker {...props} text={text} onText={setText} options={options} />
}

export function CustomerPicker(props: One) {
  const [text, setText] = useState('')
  return <OnePicker {...props} text={text} onText={setText} options={useCustomers(text)} />
}

export function StaffListPicker(props: Several) {
  const [text, setText] = useState('')
  return <ListPicker {...props} text={text} onText={setText} options={useStaff(text, null)} />
}

export function CustomerListPicker(props: Several) {
  const [text, setText] = useState('')
  return <ListPicker {...props} text={text} onText={setText} options={useCustomers(text)} />
}

/** Departments by their path. */
export function DepartmentListPicker(props: {
  field: FieldProps
  value: string[]
  onChange: (value: string[]) => void
}) {
  const { t } = useTranslation('common')
  const all = useQuery(queryOf(DepartmentsDocument, {})).data?.departments ?? []
  const options = branches(all).map(({ department, path }) => ({
    value: department.id,
    label: path,
  }))
  return (
    <Select
      {...props.field}
      mode="multiple"
      optionFilterProp="label"
      value={props.value}
      options={options}
      notFoundContent={t('nothingFound')}
      onChange={(value: string[]) => props.onChange(value)}
    />
  )
}

type Search = { text: string; onText: (text: string) => void; options: Option[] }

function drawn({ data }: { data: Option }) {
  return (
    <span className={styles.option}>
      {data.label}
      {data.more && <small>{data.more}</small>}
    </span>
  )
}

function OnePicker(props: One & Search) {
  const { t } = useTranslation('common')
  return (
    <Select
      {...props.field}
      className={styles.whole ?? ''}
      showSearch={{ filterOption: false, onSearch: props.onText, searchValue: props.text }}
      allowClear
      labelInValue
      value={props.value}
      options={props.options}
      placeholder={props.placeholder ?? t('typeName')}
      notFoundContent={t('nothingFound')}
      optionRender={drawn}
      onChange={(next: Picked | undefined) => {
        props.onText('')
        props.onChange(next ? { value: next.value, label: nameOf(next, props.options) } : null)
      }}
    />
  )
}

function ListPicker(props: Several & Search) {
  const { t } = useTranslation('common')
  return (
    <Select
      {...props.field}
      className={styles.whole ?? ''}
      mode="multiple"
      showSearch={{ filterOption: false, onSearch: props.onText, searchValue: props.text }}
      labelInValue
      value={props.value}
      options={props.options}
      placeholder={props.placeholder ?? t('typeName')}
      notFoundContent={t('nothingFound')}
      optionRender={drawn}
      onChange={(next: Picked[]) => {
        props.onText('')
        const known = [...props.value, ...props.options]
        props.onChange(next.map((one) => ({ value: one.value, label: nameOf(one, known) })))
      }}
    />
  )
}

function nameOf(chosen: Picked, known: Picked[]): string {
  return known.find((one) => one.value === chosen.value)?.label ?? chosen.value
}
