// Some lines of text in people's own words.
import { Input } from 'antd'
import { Field } from './Field'

export function TextAreaField(props: {
  label: string
  rows: number
  maxLength: number
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={props.label}>
      {(field) => (
        <Input.TextArea
          {...field}
          rows={props.rows}
          maxLength={props.maxLength}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
