// Chooses successors among the staff who work here.
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { HandoverPeopleDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { useSettled } from '#/lib/settled'
import type { Person } from './rules'

/** How long after the last key people are looked for, in milliseconds. */
const PAUSE_MS = 200

type Option = { value: string; label: string }

function useOptions(but: string): {
  options: Option[]
  search: { filterOption: false; onSearch: (text: string) => void; searchValue: string }
  clear: () => void
} {
  const [text, setText] = useState('')
  const asked = useSettled(text.trim(), PAUSE_MS)
  const found = useQuery({
    ...queryOf(HandoverPeopleDocument, { search: asked || null }),
    placeholderData: (before) => before,
  })
  const people = found.data?.allStaff.nodes ?? []
  const options = people
    .filter((one) => one.state === 'ACTIVE' && one.id !== but)
    .map((one) => ({ value: one.id, label: one.name }))
  const search = { filterOption: false as const, onSearch: setText, searchValue: text }
  return { options, search, clear: () => setText('') }
}

/** Several people, in the order in which they take turns. */
export function PeopleSelect(props: {
  label: string
  leaver: string
  value: Person[]
  onChange: (people: Person[]) => void
}) {
  const { t } = useTranslation('handovers')
  const { options, search, clear } = useOptions(props.leaver)
  return (
    <Select
      mode="multiple"
      labelInValue
      showSearch={search}
      value={props.value.map((one) => ({ value: one.id, label: one.name }))}
      options={options}
      placeholder={t('chooseSuccessors')}
      aria-label={props.label}
      notFoundContent={t('nobody')}
      onChange={(chosen: Option[]) => {
        clear()
        props.onChange(chosen.map((one) => ({ id: one.value, name: one.label })))
      }}
    />
  )
}

/** One person for one customer. */
export function PersonSelect(props: {
  label: string
  leaver: string
  value: Person | null
  onChange: (person: Person) => void
}) {
  const { t } = useTranslation('handovers')
  const { options, search, clear } = useOptions(props.leaver)
  return (
    <Select
      labelInValue
      size="small"
      popupMatchSelectWidth={false}
      showSearch={search}
      value={props.value && { value: props.value.id, label: props.value.name }}
      options={options}
      placeholder={t('chooseSuccessor')}
      aria-label={props.label}
      notFoundContent={t('nobody')}
      style={{ minWidth: 120 }}
      onChange={(chosen: Option) => {
        clear()
        props.onChange({ id: chosen.value, name: chosen.label })
      }}
    />
  )
}
