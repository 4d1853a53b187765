// A field for a code of an authenticator app, or for a recovery code.
import { Input } from 'antd'
import { CODE_CHARS_MAX } from '#/lib/limits'
import { Field } from './Field'

export function CodeField(props: {
  label: string
  hint?: string
  error?: string | null
  recovery?: boolean
  large?: boolean
  value: string
  onChange: (value: string) => void
}) {
  const { recovery } = props
  return (
    <Field label={props.label} hint={props.hint} error={props.error}>
      {(field) => (
        <Input
          {...field}
          autoFocus
          // Recovery codes have letters; phones show figures for the rest, and offer a code that just came.
          inputMode={recovery ? 'text' : 'numeric'}
          autoComplete={recovery ? 'off' : 'one-time-code'}
          autoCapitalize={recovery ? 'characters' : 'none'}
          spellCheck={false}
          maxLength={CODE_CHARS_MAX}
          size={props.large ? 'large' : 'middle'}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
