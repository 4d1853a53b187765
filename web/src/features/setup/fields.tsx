// Fields that the first pages share: who somebody is, and a new password typed twice.
import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '#/lib/limits'
import { Field } from '#/ui/Field'

export type Named = { login: string; name: string }
export const NOBODY: Named = { login: '', name: '' }

export function isNamed({ login, name }: Named): boolean {
  return login.trim() !== '' && name.trim() !== ''
}

export function trimmed({ login, name }: Named): Named {
  return { login: login.trim(), name: name.trim() }
}

/** `own` is whoever fills in the form: the browser may offer what it knows of them. */
export function NamedFields(props: {
  value: Named
  own?: boolean
  error?: string | null
  onChange: (value: Named) => void
}) {
  const { t } = useTranslation('setup')
  const { value, own, onChange } = props
  return (
    <>
      <Field label={t('name')}>
        {(field) => (
          <Input
            {...field}
            autoFocus={own ?? false}
            autoComplete={own ? 'name' : 'off'}
            maxLength={NAME_CHARS_MAX}
            value={value.name}
            onChange={(event) => onChange({ ...value, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('login')} hint={own ? t('loginHint') : null} error={props.error}>
        {(field) => (
          <Input
            {...field}
            autoComplete={own ? 'username' : 'off'}
            autoCapitalize="none"
            spellCheck={false}
            maxLength={NAME_CHARS_MAX}
            value={value.login}
            onChange={(event) => onChange({ ...value, login: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}

export type NewPassword = { password: string; again: string }
export const NO_PASSWORD: NewPassword = { password: '', again: '' }

export function isChosen({ password, again }: NewPassword): boolean {
  return password.length >= PASSWORD_CHARS_MIN && again === password
}

export function PasswordFields(props: {
  value: NewPassword
  error: string | null
  onChange: (value: NewPassword) => void
}) {
  const { t } = useTranslation('setup')
  const { value, onChange } = props
  const differs = value.again !== '' && value.again !== value.password
  const limits = { min: PASSWORD_CHARS_MIN, max: PASSWORD_CHARS_MAX }
  return (
    <>
      <Field label={t('password')} hint={t('passwordHint', limits)} error={props.error}>
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="new-password"
            maxLength={PASSWORD_CHARS_MAX}
            value={value.password}
            onChange={(event) => onChange({ ...value, password: event.target.value })}
          />
        )}
      </Field>
      <Field label={t('again')} error={differs ? t('differs') : null}>
        {(field) => (
          <Input.Password
            {...field}
            autoComplete="new-password"
            maxLength={PASSWORD_CHARS_MAX}
            value={value.again}
            onChange={(event) => onChange({ ...value, again: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}
