// Narrows the list to one customer or one member of staff: one field that finds both.
import { useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FilterNamesDocument, FilterPeopleDocument } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { queryOf } from '#/lib/query'
import { useSettled } from '#/lib/settled'

type Chosen = { customer?: string | undefined; staff?: string | undefined }

/** How long after the last key people are looked for, in milliseconds. */
const PAUSE_MS = 200

export function PeopleFilter(props: Chosen & { onChange: (chosen: Chosen) => void }) {
  const { t } = useTranslation('conversations')
  const { t: model } = useTranslation('model')
  const may = useCan()('READ_DIRECTORY')
  const [text, setText] = useState('')
  const asked = useSettled(text.trim(), PAUSE_MS)
  const found = useQuery({
    ...queryOf(FilterPeopleDocument, { search: asked }),
    enabled: may,
    placeholderData: (before) => before,
  })
  const chosen = useChosen(props)
  if (!may) return null
  const customers = found.data?.customers.nodes ?? []
  const staff = found.data?.allStaff.nodes ?? []
  const options = [
    {
      label: model('side.CUSTOMER'),
      options: customers.map((one) => ({ value: `customer:${one.id}`, label: one.name })),
    },
    {
      label: model('side.STAFF'),
      options: staff.map((one) => ({ value: `staff:${one.id}`, label: one.name })),
    },
  ].filter((group) => group.options.length > 0)
  return (
    <Select
      showSearch={{ filterOption: false, onSearch: setText, searchValue: text }}
      allowClear
      labelInValue
      value={chosen}
      options={options}
      placeholder={t('people')}
      aria-label={t('people')}
      notFoundContent={t('nobody')}
      onChange={(next: { value: string } | undefined) => {
        const [side, id] = next?.value.split(/:(.*)/s) ?? []
        setText('')
        props.onChange({
          customer: side === 'customer' ? id : undefined,
          staff: side === 'staff' ? id : undefined,
        })
      }}
    />
  )
}

/** The one that is chosen, with its name once that is known. */
function useChosen({ customer, staff }: Chosen): { value: string; label: string } | null {
  const { data } = useQuery({
    ...queryOf(FilterNamesDocument, {
      customer: customer ?? '',
      staff: staff ?? '',
      withCustomer: customer !== undefined,
      withStaff: staff !== undefined,
    }),
    enabled: customer !== undefined || staff !== undefined,
  })
  if (customer !== undefined) {
    return { value: `customer:${customer}`, label: data?.customer?.name ?? '…' }
  }
  if (staff !== undefined) return { value: `staff:${staff}`, label: data?.staff?.name ?? '…' }
  return null
}
