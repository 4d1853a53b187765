// Asking for a package: of a case, a conversation or a search, before whom, why, and what of it is withheld.
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Checkbox, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  AskPackageDocument,
  type AskPackageInput,
  CaseDocument,
  type ExchangeFormat,
  type ForumKind,
  PackagesDocument,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Field, FormFault } from '#/ui/Field'
import { PageHeader, Section } from '#/ui/Page'
import { useErrorText } from '#/ui/States'
import styles from './packages.module.css'
import { Withholding } from './Withholding'
import { type Wish, withholdInput } from './withholding'

const FORUMS: ForumKind[] = ['COURT', 'ARBITRATION', 'AUTHORITY', 'POLICE', 'INTERNAL', 'OTHER']
const FORMATS: ExchangeFormat[] = ['CSV', 'JSON', 'DAT', 'OPT', 'RSMF']
const TEXT_CHARS_MAX = 2_000

type Of = {
  case?: string | undefined
  conversation?: string | undefined
  query?: string | undefined
}

function selection(of: Of, query: string): AskPackageInput['selection'] {
  if (of.case) return { case: of.case }
  if (of.conversation) {
    return { conversation: { conversation: of.conversation, from: null, until: null } }
  }
  const zoneOffsetMinutes = -new Date().getTimezoneOffset()
  return { search: { query, zoneOffsetMinutes, standing: false } }
}

export function NewPackagePage() {
  const { t } = useTranslation('packages')
  const of: Of = useSearch({ from: '/shell/packages/new' })
  const errorText = useErrorText()
  const navigate = useNavigate()
  const [query, setQuery] = useState(of.query ?? '')
  const [texts, setTexts] = useState({
    reason: '',
    purpose: '',
    recipient: '',
    name: '',
    approval: '',
  })
  const [kind, setKind] = useState<ForumKind>('COURT')
  const [abroad, setAbroad] = useState(false)
  const [wishes, setWishes] = useState<Wish[]>([])
  const [exchange, setExchange] = useState<ExchangeFormat[]>([])
  const ask = useMutation({
    mutationFn: () => {
      const forum = { kind, name: texts.name, abroad, approvalNumber: abroad ? texts.approval : '' }
      const { reason, purpose, recipient } = texts
      const withhold = withholdInput(wishes)
      return request(AskPackageDocument, {
        input: {
          selection: selection(of, query),
          reason,
          purpose,
          recipient,
          forum,
          withhold,
          exchange,
        },
      })
    },
    onSuccess: ({ askPackage: { package: made } }) => {
      if (!made) return
      void forget(PackagesDocument)
      void navigate({ to: '/packages/$id', params: { id: made.id } })
    },
  })
  const refusal = ask.data?.askPackage.refusal
  const text = (name: keyof typeof texts, label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      {(field) => (
        <Input
          {...field}
          value={texts[name]}
          maxLength={TEXT_CHARS_MAX}
          onChange={(event) => setTexts({ ...texts, [name]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <>
      <PageHeader title={t('askTitle')} text={t('askText')} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          ask.mutate()
        }}
      >
        <Section title={t('what')}>
          <div className={styles.form}>
            {of.case ? (
              <OfCase id={of.case} />
            ) : of.conversation ? (
              <p>
                <Link to="/conversations/$id" params={{ id: of.conversation }}>
                  {t('selection.CONVERSATION')}
                </Link>{' '}
                <code className={styles.fingerprint}>{of.conversation}</code>
              </p>
            ) : (
              <Field label={t('query')} hint={t('queryHint')}>
                {(field) => (
                  <Input
                    {...field}
                    value={query}
                    onChange={(event) => setQuery(event.target.value)}
                  />
                )}
              </Field>
            )}
            {text('reason', t('reason'), t('reasonHint'))}
            {text('purpose', t('purpose'))}
            {text('recipient', t('recipient'))}
            <Field label={t('forum')}>
              {(field) => (
                <Select
                  {...field}
                  value={kind}
                  options={FORUMS.map((one) => ({ value: one, label: t(`forumKind.${one}`) }))}
                  onChange={setKind}
                />
              )}
            </Field>
            {text('name', t('forumName'))}
            <Checkbox checked={abroad} onChange={(event) => setAbroad(event.target.checked)}>
              {t('abroad')}
            </Checkbox>
            {abroad && text('approval', t('approvalNumber'), t('abroadHint'))}
          </div>
        </Section>
        <Section title={t('withhold')}>
          <div className={styles.form}>
            <Withholding wishes={wishes} onChange={setWishes} />
          </div>
        </Section>
        <Section title={t('exchange')}>
          <p>{t('exchangeText')}</p>
          <Checkbox.Group
            className={styles.formats}
            value={exchange}
            onChange={setExchange}
            options={FORMATS.map((one) => ({ value: one, label: t(`format.${one}`) }))}
          />
        </Section>
        {ask.error && <FormFault>{errorText(ask.error)}</FormFault>}
        {refusal && <FormFault>{t(`refusal.${refusal}`)}</FormFault>}
        <Button type="primary" htmlType="submit" loading={ask.isPending}>
          {t('submit')}
        </Button>
      </form>
    </>
  )
}

/** Which case it is, by the name that it has for people. */
function OfCase({ id }: { id: string }) {
  const { t } = useTranslation('packages')
  const { data } = useQuery(queryOf(CaseDocument, { id }))
  return (
    <p>
      {t('selection.CASE')}{' '}
      <Link to="/cases/$id" params={{ id }}>
        {data?.case?.name ?? id}
      </Link>
    </p>
  )
}
