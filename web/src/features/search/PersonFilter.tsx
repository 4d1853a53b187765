// A filter by a person: names are offered as one types; what is typed may be taken as it is, for an id.
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { SearchCustomersDocument, SearchStaffDocument } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { useSettled } from '#/lib/settled'
import styles from './PersonFilter.module.css'

/** How long after the last key names are looked for, in milliseconds. */
const PAUSE_MS = 200

type Name = 'from' | 'to' | 'customer' | 'staff'
type Option = { value: string; label: string; more?: string | null }

export function PersonFilter(props: {
  name: Name
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation('search')
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const groups = usePeople(props.name, text.trim(), open)
  const typed = text.trim()
  const label = t(`filter.${props.name}`)
  const own = typed === '' ? [] : [{ value: typed, label: typed, more: t('asTyped') }]
  const options = [...own, ...groups].filter(
    (option, i, all) => all.findIndex((one) => one.value === option.value) === i,
  )
  return (
    <Select<string, Option>
      className={styles.person ?? ''}
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      allowClear
      value={props.value ?? null}
      placeholder={label}
      aria-label={label}
      notFoundContent={t('nobody')}
      popupMatchSelectWidth={240}
      options={options}
      onOpenChange={setOpen}
      optionRender={({ data }) => (
        <span className={styles.option}>
          {data.label}
          {data.more && <small>{data.more}</small>}
        </span>
      )}
      onChange={(value) => {
        setText('')
        props.onChange(value ?? undefined)
      }}
    />
  )
}

function usePeople(name: Name, text: string, open: boolean): Option[] {
  const may = useCan()('READ_DIRECTORY') && open
  const search = useSettled(text, PAUSE_MS)
  const customers = useQuery({
    ...queryOf(SearchCustomersDocument, { search }),
    enabled: may && name !== 'staff',
    placeholderData: (before) => before,
  })
  const staff = useQuery({
    ...queryOf(SearchStaffDocument, { search }),
    enabled: may && name !== 'customer',
    placeholderData: (before) => before,
  })
  return [
    ...(name === 'staff' ? [] : (customers.data?.customers.nodes ?? [])).map((one) => ({
      value: one.name,
      label: one.name,
      more: one.company,
    })),
    ...(name === 'customer' ? [] : (staff.data?.allStaff.nodes ?? [])).map((one) => ({
      value: one.name,
      label: one.name,
      more: one.position,
    })),
  ]
}
