// A line of text that is an address or a name of a machine: nothing completes or corrects it.
import { Input } from 'antd'
import { Field } from './Field'

export function TextField(props: {
  label: string
  hint?: string
  value: string
  onChange: (value: string) => void
}) {
  return (
    <Field label={props.label} hint={props.hint}>
      {(field) => (
        <Input
          {...field}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
