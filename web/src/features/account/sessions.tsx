// Where the viewer is signed in, and ending what should not be.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  RevokeOtherSessionsDocument,
  RevokeSessionDocument,
  SessionsDocument,
  type SessionsQuery,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { EmptyState, RowsSkeleton, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { type Column, Table } from '#/ui/Table'
import { Ago, Time } from '#/ui/Time'
import { agentName } from './agent'

type Session = NonNullable<SessionsQuery['viewer']>['sessions'][number]

export function SessionsPage() {
  const { t } = useTranslation('account')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const query = useQuery(queryOf(SessionsDocument, {}))
  const revokeOthers = useMutation({
    mutationFn: () => request(RevokeOtherSessionsDocument, {}),
    onSuccess: ({ revokeOtherSessions: { count } }) => {
      void message.success(t('sessionsEnded', { count }))
      return forget(SessionsDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  const others = query.data?.viewer?.sessions.some((session) => !session.current) ?? false
  return (
    <>
      <PageHeader
        title={t('sessions')}
        text={t('sessionsText')}
        actions={
          others && (
            <Button loading={revokeOthers.isPending} onClick={() => revokeOthers.mutate()}>
              {t('endOthers')}
            </Button>
          )
        }
      />
      <Section flush>
        <Answer query={query} skeleton={<RowsSkeleton rows={3} />}>
          {({ viewer }) =>
            viewer?.sessions.length ? (
              <SessionTable sessions={viewer.sessions} />
            ) : (
              <EmptyState title={t('noSessions')} />
            )
          }
        </Answer>
      </Section>
    </>
  )
}

function SessionTable({ sessions }: { sessions: Session[] }) {
  const { t } = useTranslation('account')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const revoke = useMutation({
    mutationFn: (id: string) => request(RevokeSessionDocument, { input: { id } }),
    onSuccess: () => forget(SessionsDocument),
    onError: (error) => void message.error(errorText(error)),
  })
  const columns: Column<Session>[] = [
    {
      key: 'agent',
      title: t('device'),
      render: (session) => <span title={session.agent}>{agentName(session.agent)}</span>,
    },
    { key: 'address', title: t('address'), render: (session) => <code>{session.address}</code> },
    {
      key: 'created',
      title: t('signedInAt'),
      wide: true,
      render: (session) => <Time at={session.createdAt} />,
    },
    {
      key: 'seen',
      title: t('seenAt'),
      wide: true,
      render: (session) => <Ago at={session.seenAt} />,
    },
    {
      key: 'end',
      title: t('action'),
      quiet: true,
      figures: true,
      render: (session) =>
        session.current ? (
          <Status tone="good">{t('thisOne')}</Status>
        ) : (
          <Button
            size="small"
            loading={revoke.isPending && revoke.variables === session.id}
            onClick={() => revoke.mutate(session.id)}
          >
            {t('end')}
          </Button>
        ),
    },
  ]
  return (
    <Table
      label={t('sessions')}
      columns={columns}
      rows={sessions}
      rowKey={(session) => session.id}
    />
  )
}
