// The viewer's API tokens: what programs use in the viewer's name.

import { PlusOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import {
  CreateTokenDocument,
  RevokeTokenDocument,
  TokensDocument,
  type TokensQuery,
} from '#/api/gen/operations'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Expiry } from '#/ui/Expiry'
import { useListed } from '#/ui/listed'
import { PageHeader, Section } from '#/ui/Page'
import { EmptyState, RowsSkeleton, useErrorText } from '#/ui/States'
import { type Column, Table } from '#/ui/Table'
import { Ago } from '#/ui/Time'
import { type NewToken, TokenForm } from '#/ui/TokenForm'

type Token = NonNullable<TokensQuery['viewer']>['tokens'][number]

export function TokensPage() {
  const { t } = useTranslation('account')
  const [making, setMaking] = useState(false)
  return (
    <>
      <PageHeader
        title={t('tokens')}
        text={t('tokensText')}
        actions={
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t('newToken')}
          </Button>
        }
      />
      <Section flush>
        <Answer query={useQuery(queryOf(TokensDocument, {}))} skeleton={<RowsSkeleton rows={3} />}>
          {({ viewer }) =>
            viewer?.tokens.length ? (
              <TokenTable tokens={viewer.tokens} />
            ) : (
              <EmptyState title={t('noTokens')} text={t('noTokensText')} />
            )
          }
        </Answer>
      </Section>
      {making && <TokenForm create={create} onClose={() => setMaking(false)} />}
    </>
  )
}

async function create(input: NewToken) {
  const { createToken } = await request(CreateTokenDocument, { input })
  void forget(TokensDocument)
  return createToken
}

function TokenTable({ tokens }: { tokens: Token[] }) {
  const { t } = useTranslation('account')
  const listed = useListed()
  const { t: model } = useTranslation('model')
  const { modal, message } = App.useApp()
  const errorText = useErrorText()
  const revoke = useMutation({
    mutationFn: (id: string) => request(RevokeTokenDocument, { input: { id } }),
    onSuccess: () => forget(TokensDocument),
    onError: (error) => void message.error(errorText(error)),
  })
  const ask = (token: Token) =>
    modal.confirm({
      title: t('revokeTitle', { name: token.name }),
      content: t('revokeText'),
      okText: t('revoke'),
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync(token.id).catch(() => undefined),
    })
  const columns: Column<Token>[] = [
    { key: 'name', title: t('tokenName'), render: (token) => token.name },
    {
      key: 'scopes',
      title: t('scopes'),
      render: (token) => listed(token.scopes.map((scope) => model(`scope.${scope}`))),
    },
    { key: 'expires', title: t('expiresAt'), render: (token) => <Expiry at={token.expiresAt} /> },
    {
      key: 'used',
      title: t('usedAt'),
      wide: true,
      render: (token) => (token.usedAt ? <Ago at={token.usedAt} /> : t('never')),
    },
    {
      key: 'revoke',
      title: t('action'),
      quiet: true,
      figures: true,
      render: (token) => (
        <Button size="small" onClick={() => ask(token)}>
          {t('revoke')}
        </Button>
      ),
    },
  ]
  return <Table label={t('tokens')} columns={columns} rows={tokens} rowKey={(token) => token.id} />
}
