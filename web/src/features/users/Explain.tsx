// What this user can see, and why: asked of a customer, a conversation or a message, answered role by role.

import { useQuery } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  ExplainAccessDocument,
  type ExplainAccessQuery,
  ExplainConversationsDocument,
} from '#/api/gen/operations'
import { formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Field } from '#/ui/Field'
import { useListed } from '#/ui/listed'
import { Section } from '#/ui/Page'
import { CustomerPicker, type Picked } from '#/ui/PeoplePicker'
import { useRoleName } from '#/ui/roleName'
import { Segments } from '#/ui/Segments'
import { Status } from '#/ui/Status'
import { type Target, type TargetKind, targetOf } from './explain'
import type { User } from './user'
import styles from './users.module.css'

type Access = ExplainAccessQuery['access']
type Decision = Access['roles'][number]

const KINDS: TargetKind[] = ['customer', 'conversation', 'message']

export function Explain({ user }: { user: User }) {
  const { t } = useTranslation('users')
  const [kind, setKind] = useState<TargetKind>('customer')
  const [customer, setCustomer] = useState<Picked | null>(null)
  const [conversation, setConversation] = useState('')
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState<Target | null>(null)
  const chosen = kind === 'customer' ? (customer?.value ?? '') : conversation
  const target = targetOf(kind, chosen, typed)
  return (
    <Section title={t('explain')} text={t('explainText')}>
      <form
        className={styles.explain}
        onSubmit={(event) => {
          event.preventDefault()
          setAsked(target)
        }}
      >
        <div className={styles.kind}>
          <Segments
            label={t('explainKind')}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`explain.${value}`) }))}
            onChange={(next) => {
              setKind(next)
              setAsked(null)
            }}
          />
        </div>
        {kind === 'message' ? (
          <Field label={t('explain.message')} hint={t('explainMessageHint')}>
            {(field) => (
              <Input
                {...field}
                maxLength={2_000}
                value={typed}
                onChange={(event) => setTyped(event.target.value)}
              />
            )}
          </Field>
        ) : (
          <Field label={t('explain.customer')}>
            {(field) => (
              <CustomerPicker
                field={field}
                value={customer}
                onChange={(next) => {
                  setCustomer(next)
                  setConversation('')
                  setAsked(null)
                }}
              />
            )}
          </Field>
        )}
        {kind === 'conversation' && customer && (
          <ConversationField
            customer={customer.value}
            value={conversation}
            onChange={(next) => {
              setConversation(next)
              setAsked(null)
            }}
          />
        )}
        <Button type="primary" htmlType="submit" disabled={target === null}>
          {t('explainAsk')}
        </Button>
      </form>
      {asked && <Told user={user} target={asked} />}
    </Section>
  )
}

function ConversationField(props: {
  customer: string
  value: string
  onChange: (value: string) => void
}) {
  const { t } = useTranslation(['users', 'model'])
  const listed = useListed()
  const { data } = useQuery(queryOf(ExplainConversationsDocument, { customer: props.customer }))
  const options = (data?.conversations.nodes ?? []).map((one) => {
    const staff = one.parties.filter((party) => party.side === 'STAFF').map((party) => party.name)
    const more = one.kind === 'GROUP' ? t('model:conversation.GROUP') : listed(staff)
    return { value: one.id, label: `${one.title} · ${more}` }
  })
  return (
    <Field label={t('users:explain.conversation')}>
      {(field) => (
        <Select
          {...field}
          className={styles.whole ?? ''}
          value={props.value || null}
          options={options}
          notFoundContent={t('users:explainNone')}
          onChange={(value: string) => props.onChange(value)}
        />
      )}
    </Field>
  )
}

function Told({ user, target }: { user: User; target: Target }) {
  const query = useQuery({
    ...queryOf(ExplainAccessDocument, {
      user: user.id,
      conversation: target.conversation ?? null,
      customer: target.customer ?? null,
      message: target.message ?? null,
    }),
    // Each question is an event of the trail, and rights change meanwhile: no old answer.
    gcTime: 0,
    staleTime: 0,
  })
  return <Answer query={query}>{({ access }) => <Verdict user={user} access={access} />}</Answer>
}

function Verdict({ user, access }: { user: User; access: Access }) {
  const { t } = useTranslation('users')
  const roleName = useRoleName()
  const sentence = useSentence()
  return (
    <div role="status" className={styles.told}>
      <p className={styles.verdict}>
        <Status tone={access.allowed ? 'good' : 'bad'}>
          {t(access.allowed ? 'explainYes' : 'explainNo', { name: user.name })}
        </Status>
      </p>
      {!access.active && <p>{t('explainSuspended')}</p>}
      <ul>
        {access.roles.map((decision) => (
          <li key={decision.role.id}>
            <strong>{roleName(decision.role)}</strong>
            {'：'}
            {sentence(decision, user)}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What a role says, as a sentence with the people it turned on. */
function useSentence(): (decision: Decision, user: User) => string {
  const { t } = useTranslation(['users', 'roles'])
  const { language } = usePreferences()
  return (decision, user) => {
    const { reason, role, staff, customer, from } = decision
    const words = t(`users:reason.${reason}`, {
      scope: t(`roles:kind.${role.scope.kind}`),
      staff: staff?.name ?? t('users:somebody'),
      customer: customer?.name ?? t('users:thisCustomer'),
      self: user.staff?.name ?? '',
      from: from ? formatTime(from, 'full', language) : '',
    })
    const part =
      from && reason !== 'BEFORE'
        ? t('users:reasonFrom', { from: formatTime(from, 'full', language) })
        : ''
    return `${words}${part}`
  }
}
