// A user's tokens: of service accounts they are made here, of people only listed and revoked.

import { useMutation } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CreateServiceTokenDocument,
  RevokeTokenOfDocument,
  UserDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget } from '#/lib/query'
import { Expiry } from '#/ui/Expiry'
import { useListed } from '#/ui/listed'
import { Section } from '#/ui/Page'
import { EmptyState, useErrorText } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Ago } from '#/ui/Time'
import { type NewToken, TokenForm } from '#/ui/TokenForm'
import type { User } from './user'

type Token = NonNullable<User['tokens']>[number]

export function UserTokens({ user }: { user: User }) {
  const { t } = useTranslation('users')
  const mayMake = useCan()('MANAGE_ROLES') && user.kind === 'SERVICE' && user.active
  const [making, setMaking] = useState(false)
  const tokens = user.tokens ?? []
  if (user.kind === 'PERSON' && tokens.length === 0) return null
  const create = async (token: NewToken) => {
    const input = { account: user.id, ...token }
    const { createServiceToken } = await request(CreateServiceTokenDocument, { input })
    void forget(UserDocument)
    return createServiceToken
  }
  return (
    <Section
      title={t('tokens')}
      text={t(user.kind === 'SERVICE' ? 'tokensService' : 'tokensPerson')}
      flush
      actions={
        mayMake && (
          <Button size="small" onClick={() => setMaking(true)}>
            {t('newToken')}
          </Button>
        )
      }
    >
      {tokens.length > 0 ? (
        <TokenTable user={user} tokens={tokens} />
      ) : (
        <EmptyState title={t('noTokens')} />
      )}
      {making && <TokenForm create={create} onClose={() => setMaking(false)} />}
    </Section>
  )
}

function TokenTable({ user, tokens }: { user: User; tokens: Token[] }) {
  const { t } = useTranslation(['users', 'account', 'model'])
  const listed = useListed()
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const revoke = useMutation({
    mutationFn: (token: string) =>
      request(RevokeTokenOfDocument, { input: { user: user.id, token } }),
    onSuccess: () => forget(UserDocument),
    onError: (error) => void message.error(errorText(error)),
  })
  const ask = (token: Token) =>
    modal.confirm({
      title: t('account:revokeTitle', { name: token.name }),
      content: t('account:revokeText'),
      okText: t('account:revoke'),
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync(token.id).catch(() => undefined),
    })
  const columns: Column<Token>[] = [
    { key: 'name', title: t('account:tokenName'), render: (token) => token.name },
    {
      key: 'scopes',
      title: t('account:scopes'),
      render: (token) => listed(token.scopes.map((scope) => t(`model:scope.${scope}`))),
    },
    {
      key: 'expires',
      title: t('account:expiresAt'),
      render: (token) => <Expiry at={token.expiresAt} />,
    },
    {
      key: 'used',
      title: t('account:usedAt'),
      wide: true,
      render: (token) => (token.usedAt ? <Ago at={token.usedAt} /> : t('account:never')),
    },
    {
      key: 'revoke',
      title: t('account:action'),
      quiet: true,
      figures: true,
      render: (token) => (
        <Button size="small" onClick={() => ask(token)}>
          {t('account:revoke')}
        </Button>
      ),
    },
  ]
  return (
    <Table label={t('users:tokens')} columns={columns} rows={tokens} rowKey={(token) => token.id} />
  )
}
