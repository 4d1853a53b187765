// The model clause by which parties agree how electronic data are kept: with the fingerprints of now, to read, print and issue.
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  ClauseDocument,
  type ClauseQuery,
  IssueClauseDocument,
  IssuedClausesDocument,
  type IssuedClausesQuery,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, EmptyState, useErrorText } from '#/ui/States'
import { Table } from '#/ui/Table'
import { Time } from '#/ui/Time'
import styles from './clause.module.css'

type Issued = IssuedClausesQuery['issuedClauses'][number]

export function ClausePage() {
  const { t } = useTranslation('evidence')
  return (
    <>
      <div className={styles.aside}>
        <PageHeader title={t('clauseTitle')} text={t('clauseText')} actions={<Issue />} />
      </div>
      <Answer
        query={useQuery(queryOf(ClauseDocument, {}))}
        skeleton={<BlockSkeleton height={520} />}
      >
        {({ clause }) => <Text clause={clause} />}
      </Answer>
      <div className={styles.aside}>
        <Answer
          query={useQuery(queryOf(IssuedClausesDocument, {}))}
          skeleton={<BlockSkeleton height={160} />}
        >
          {({ issuedClauses }) => <IssuedTexts rows={issuedClauses} />}
        </Answer>
      </div>
    </>
  )
}

function Issue() {
  const { t } = useTranslation('evidence')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const can = useCan()
  const issue = useMutation({
    mutationFn: () => request(IssueClauseDocument, {}),
    onSuccess: () => {
      void message.success(t('clauseIssuedNow'))
      return forget(IssuedClausesDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  return (
    <>
      <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
        {t('clausePrint')}
      </Button>
      <Button icon={<DownloadOutlined />} href="/api/evidence/clause.pdf" download>
        {t('clausePdf')}
      </Button>
      {(can('EXPORT_EVIDENCE') || can('OPERATE')) && (
        <Button type="primary" loading={issue.isPending} onClick={() => issue.mutate()}>
          {t('clauseIssue')}
        </Button>
      )}
    </>
  )
}

function Text({ clause }: { clause: ClauseQuery['clause'] }) {
  const { t } = useTranslation('evidence')
  return (
    <>
      <Section>
        <p className={styles.words} lang="zh-CN">
          {clause.chinese}
        </p>
      </Section>
      <Section>
        <p className={styles.words} lang="en">
          {clause.english}
        </p>
      </Section>
      <p className={styles.digest}>
        {t('clauseDigest')} <code>{clause.sha256}</code>
      </p>
    </>
  )
}

function IssuedTexts({ rows }: { rows: Issued[] }) {
  const { t } = useTranslation('evidence')
  const can = useCan()
  return (
    <Section title={t('clauseIssued')} text={t('clauseIssuedText')} flush={rows.length > 0}>
      {rows.length === 0 ? (
        <EmptyState title={t('clauseNone')} text={t('clauseNoneText')} />
      ) : (
        <Table
          label={t('clauseIssued')}
          rows={rows}
          rowKey={(row) => row.event}
          columns={[
            {
              key: 'at',
              title: t('clauseAt'),
              render: (row) => <Time at={row.issuedAt} form="second" />,
            },
            { key: 'by', title: t('clauseBy'), render: (row) => row.issuedBy },
            {
              key: 'sha256',
              title: 'SHA-256',
              wide: true,
              render: (row) => <code className={styles.digest}>{row.sha256}</code>,
            },
            {
              key: 'proof',
              title: t('clauseProof'),
              render: (row) =>
                can('READ_AUDIT') ? (
                  <a href={`/api/audit/events/${row.event}/proof`} download>
                    {t('clauseProof')} {row.event}
                  </a>
                ) : (
                  row.event
                ),
            },
          ]}
        />
      )}
    </Section>
  )
}
