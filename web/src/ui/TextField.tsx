// A line of text that is an address, a login or a name of a machine: nothing completes or corrects it.
import { Input } from 'antd'
import { Field } from './Field'

export function TextField(props: {
  label: string
  hint?: string
  error?: string | null
  maxLength?: number
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {(field) => (
        <Input
          {...field}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
