// What both forms have: fields of text, the role of new users, and the buttons with what came of them.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button, Input, Select, Switch } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import {
  RolesDocument,
  SessionDocument,
  SignOnDocument,
  type SignOnRefusal,
} from '#/api/gen/operations'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { useRoleName } from '#/ui/roleName'
import { useErrorText } from '#/ui/States'
import styles from './signon.module.css'

export type Outcome = { refusal?: SignOnRefusal | null; detail?: string | null }

export function SecretField(props: {
  label: string
  kept: boolean
  value: string | null
  onChange: (value: string | null) => void
}) {
  const { t } = useTranslation('signon')
  return (
    <Field label={props.label} hint={props.kept ? t('secretKept') : undefined}>
      {(field) => (
        <Input.Password
          {...field}
          autoComplete="new-password"
          value={props.value ?? ''}
          onChange={(event) => props.onChange(event.target.value || null)}
        />
      )}
    </Field>
  )
}

export function AuthoritiesField(props: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation('signon')
  return (
    <Field label={t('authorities')} hint={t('authoritiesHint')}>
      {(field) => (
        <Input.TextArea
          {...field}
          rows={3}
          spellCheck={false}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

export function Toggle(props: {
  label: string
  value: boolean
  onChange: (value: boolean) => void
}) {
  const id = useId()
  return (
    <div className={styles.line}>
      <Switch id={id} checked={props.value} onChange={props.onChange} />
      <label htmlFor={id}>{props.label}</label>
    </div>
  )
}

export function NewUsers(props: {
  value: string | null
  onChange: (value: string | null) => void
}) {
  const { t } = useTranslation('signon')
  const roleName = useRoleName()
  const roles = useQuery(queryOf(RolesDocument, {})).data?.roles ?? []
  const given = roles.filter((role) => role.builtIn !== 'OWNER')
  return (
    <Field label={t('newUsers')} hint={t('newUsersHint')}>
      {(field) => (
        <Select
          {...field}
          value={props.value ?? ''}
          options={[
            { value: '', label: t('newUsersNone') },
            ...given.map((role) => ({ value: role.id, label: roleName(role) })),
          ]}
          onChange={(role) => props.onChange(role || null)}
        />
      )}
    </Field>
  )
}

/** A form that is saved, tried or turned off. */
export function SettingsForm(props: {
  kept: boolean
  save: () => Promise<Outcome>
  test: () => Promise<Outcome>
  turnOff: () => Promise<Outcome>
  onSaved: () => void
  children: ReactNode
}) {
  const { t } = useTranslation('signon')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const run = useMutation({
    mutationFn: async (what: 'save' | 'test' | 'turnOff') => ({ what, ...(await props[what]()) }),
    onSuccess: async ({ what, refusal }) => {
      if (refusal || what === 'test') return
      void message.success(t(what === 'save' ? 'saved' : 'turnedOff'))
      props.onSaved()
      await forget(SignOnDocument, SessionDocument)
    },
  })
  const done = run.isPending ? undefined : run.data
  return (
    <form
      className={styles.form}
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        run.mutate('save')
      }}
    >
      {props.children}
      <div aria-live="polite">
        {run.error && <FormFault>{errorText(run.error)}</FormFault>}
        {done?.refusal && <FormFault>{t(`refusal.${done.refusal}`)}</FormFault>}
        {done?.detail && <p className={styles.detail}>{done.detail}</p>}
        {done?.what === 'test' && !done.refusal && <p className={styles.good}>{t('works')}</p>}
      </div>
      <div className={styles.foot}>
        <Button type="primary" htmlType="submit" loading={pending(run, 'save')}>
          {t('save')}
        </Button>
        <Button loading={pending(run, 'test')} onClick={() => run.mutate('test')}>
          {t('test')}
        </Button>
        {props.kept && (
          <Button danger loading={pending(run, 'turnOff')} onClick={() => run.mutate('turnOff')}>
            {t('turnOff')}
          </Button>
        )}
      </div>
    </form>
  )
}

function pending(run: { isPending: boolean; variables?: string | undefined }, what: string) {
  return run.isPending && run.variables === what
}
