// A field that narrows a list as one types; what stands in it lives in the address.
import { SearchOutlined } from '@ant-design/icons'
import { Input } from 'antd'
import { useEffect, useRef, useState } from 'react'

/** How long after the last key the list is asked again, in milliseconds. */
const PAUSE_MS = 250

export function SearchInput(props: {
  label: string
  value: string
  onChange: (text: string) => void
}) {
  const { value, onChange } = props
  const [text, setText] = useState(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => setText(value), [value])
  useEffect(() => () => clearTimeout(timer.current), [])
  return (
    <Input
      prefix={<SearchOutlined />}
      allowClear
      value={text}
      maxLength={100}
      placeholder={props.label}
      aria-label={props.label}
      onChange={(event) => {
        const next = event.target.value
        setText(next)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => onChange(next.trim()), PAUSE_MS)
      }}
    />
  )
}
