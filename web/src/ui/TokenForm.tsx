// Making an API token. Its secret is shown once, here, and is gone when the dialog closes.
import { useMutation } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TokenRefusal, TokenScope } from '#/api/gen/operations'
import { NAME_CHARS_MAX, TOKEN_DAYS_MAX } from '#/lib/limits'
import { CopyText } from './CopyText'
import { Field, FormFault } from './Field'
import { Segments } from './Segments'
import { useErrorText } from './States'
import styles from './TokenForm.module.css'

const SCOPES: TokenScope[] = ['READ', 'IMPORT', 'LEDGER']
const TERMS = [30, 90, 180, TOKEN_DAYS_MAX - 1] as const

/** What a token is to be. */
export type NewToken = { name: string; scopes: TokenScope[]; days: number }

type Create = (token: NewToken) => Promise<{ secret: string | null; refusal: TokenRefusal | null }>

export function TokenForm({ create, onClose }: { create: Create; onClose: () => void }) {
  const { t } = useTranslation('account')
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Modal
      open
      title={secret ? t('tokenMade') : t('newToken')}
      onCancel={onClose}
      // A stray press beside the dialog must not lose a secret that is shown only once.
      mask={{ closable: false }}
      keyboard={secret === null}
      footer={null}
      width={480}
    >
      {secret ? (
        <Secret secret={secret} onClose={onClose} />
      ) : (
        <Form create={create} onMade={setSecret} />
      )}
    </Modal>
  )
}

function Secret({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation('account')
  return (
    <>
      <p className={styles.once}>{t('secretOnce')}</p>
      <CopyText block text={secret} label={t('secret')} />
      <p className={styles.usage}>{t('secretUsage')}</p>
      <CopyText block text={`Authorization: Bearer ${secret}`} label={t('header')} />
      <div className={styles.close}>
        <Button type="primary" onClick={onClose}>
          {t('secretKept')}
        </Button>
      </div>
    </>
  )
}

function Form(props: { create: Create; onMade: (secret: string) => void }) {
  const { t } = useTranslation('account')
  const { t: model } = useTranslation('model')
  const errorText = useErrorText()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<TokenScope[]>(['READ'])
  const [days, setDays] = useState<number>(90)
  const create = useMutation({
    mutationFn: () => props.create({ name: name.trim(), scopes, days }),
    onSuccess: ({ secret }) => {
      if (secret) props.onMade(secret)
    },
  })
  const refusal = create.data?.refusal
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
      {create.error && <FormFault>{errorText(create.error)}</FormFault>}
      <Field label={t('tokenName')} hint={t('tokenNameHint')}>
        {(field) => (
          <Input
            {...field}
            autoFocus
            maxLength={NAME_CHARS_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <fieldset className={styles.scopes}>
        <legend>{t('scopes')}</legend>
        {SCOPES.map((scope) => (
          <Checkbox
            key={scope}
            checked={scopes.includes(scope)}
            onChange={(event) =>
              setScopes(
                event.target.checked ? [...scopes, scope] : scopes.filter((s) => s !== scope),
              )
            }
          >
            {model(`scope.${scope}`)} <span className="muted">{t(`scope.${scope}`)}</span>
          </Checkbox>
        ))}
      </fieldset>
      <div className={styles.term}>
        <span>{t('term')}</span>
        <Segments
          label={t('term')}
          value={days}
          options={TERMS.map((value) => ({ value, label: t('days', { count: value }) }))}
          onChange={setDays}
        />
      </div>
      <div className={styles.close}>
        <Button
          type="primary"
          htmlType="submit"
          loading={create.isPending}
          disabled={name.trim() === '' || scopes.length === 0}
        >
          {t('create')}
        </Button>
      </div>
    </form>
  )
}
