// The settings of one other system: its own fields, then those that every such system has, and the secret apart from them.
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '#/ui/TextField'
import type { Outcome } from './parts'
import { AuthoritiesField, NewUsers, SecretField, SettingsForm, Toggle } from './parts'

type TextName =
  | 'url'
  | 'base'
  | 'filter'
  | 'bindDn'
  | 'loginAttribute'
  | 'nameAttribute'
  | 'label'
  | 'issuer'
  | 'clientId'
  | 'scopes'
  | 'loginClaim'
type ToggleName = 'startTls' | 'checksFactor'
type Hint =
  | 'urlHint'
  | 'filterHint'
  | 'bindDnHint'
  | 'labelHint'
  | 'issuerHint'
  | 'scopesHint'
  | 'loginClaimHint'

/** A field of its own; what it is called in the settings is the key of its words too. */
export type SystemField<V> =
  | { text: TextName & keyof V; hint?: Hint }
  | { toggle: ToggleName & keyof V }
  | { secret: 'bindSecret' | 'clientSecret' }

type Settings = Partial<Record<TextName, string>> &
  Partial<Record<ToggleName, boolean>> & { authorities: string; newUsers: string | null }

export function SystemForm<V extends Settings>(props: {
  kept: (V & { hasSecret: boolean }) | null
  /** What stands in the form while nothing is kept. */
  first: V
  fields: SystemField<V>[]
  /** Keeps the settings; null turns the system off. */
  set: (input: (V & { secret: string | null }) | null) => Promise<Outcome>
  test: (input: V & { secret: string | null }) => Promise<Outcome>
  children?: ReactNode
}) {
  const { t } = useTranslation('signon')
  const { hasSecret, ...settings } = props.kept ?? { ...props.first, hasSecret: false }
  const [values, setValues] = useState<V>({ ...props.first, ...settings })
  const [secret, setSecret] = useState<string | null>(null)
  const change = (name: keyof V, value: string | boolean | null) =>
    setValues({ ...values, [name]: value })
  const input = { ...values, secret }
  return (
    <SettingsForm
      kept={props.kept !== null}
      save={() => props.set(input)}
      test={() => props.test(input)}
      turnOff={() => props.set(null)}
      onSaved={() => setSecret(null)}
    >
      {props.children}
      {props.fields.map((field) => {
        if ('secret' in field) {
          return (
            <SecretField
              key={field.secret}
              label={t(field.secret)}
              kept={hasSecret}
              value={secret}
              onChange={setSecret}
            />
          )
        }
        if ('toggle' in field) {
          return (
            <Toggle
              key={field.toggle}
              label={t(field.toggle)}
              value={values[field.toggle] ?? false}
              onChange={(value) => change(field.toggle, value)}
            />
          )
        }
        return (
          <TextField
            key={field.text}
            label={t(field.text)}
            {...(field.hint && { hint: t(field.hint) })}
            value={values[field.text] ?? ''}
            onChange={(value) => change(field.text, value)}
          />
        )
      })}
      <NewUsers value={values.newUsers} onChange={(value) => change('newUsers', value)} />
      <AuthoritiesField
        value={values.authorities}
        onChange={(value) => change('authorities', value)}
      />
    </SettingsForm>
  )
}
