// The audit trail: who did or saw what. The address holds the filter, so that a view can be shared.
import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import {
  ApprovalPolicyDocument,
  AuditEventsDocument,
  MarkedEventDocument,
} from '#/api/gen/operations'
import { offerApproval } from '#/lib/approval'
import { pagesOf, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Count } from '#/ui/Figures'
import { PageHeader, Section } from '#/ui/Page'
import { Pages } from '#/ui/Pages'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Events } from './Events'
import { FilterBar } from './FilterBar'
import { type AuditSearch, downloadOf, exportOf, filterOf } from './filter'

const PAGE_SIZE = 50
/** How long an answer stands, in milliseconds: every page is an event itself, so that going back asks nothing. */
const FRESH_MS = 60_000

export function AuditPage() {
  const { t } = useTranslation('audit')
  const search = useSearch({ from: '/shell/audit' })
  const navigate = useNavigate()
  const change = (next: Partial<AuditSearch>) =>
    void navigate({ to: '/audit', search: { ...search, ...next } })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={<Exports search={search} />} />
      {search.code === undefined ? (
        <Fitting search={search} onChange={change} />
      ) : (
        <Marked search={search} code={search.code} onChange={change} />
      )}
    </>
  )
}

type Parts = { search: AuditSearch; onChange: (next: Partial<AuditSearch>) => void }

/** The events that fit the filter, page by page. */
function Fitting({ search, onChange }: Parts) {
  const { t } = useTranslation('audit')
  const query = useInfiniteQuery({
    ...pagesOf(
      AuditEventsDocument,
      { filter: filterOf(search), first: PAGE_SIZE },
      (data) => data.auditEvents.pageInfo,
    ),
    staleTime: FRESH_MS,
  })
  const first = query.data?.pages[0]?.auditEvents
  const named = first?.nodes.flatMap((event) => event.subjects)
  return (
    <>
      <FilterBar
        search={search}
        subject={named?.find((one) => one.id === search.subject)}
        onChange={onChange}
      />
      <Section title={t('events')} text={first && <Count value={first.totalCount} />} flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={41} />}>
          {(pages) => {
            const events = pages.flatMap((page) => page.auditEvents.nodes)
            return events.length === 0 ? (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            ) : (
              <Events events={events} onSubject={(subject) => onChange({ subject })} />
            )
          }}
        </Pages>
      </Section>
    </>
  )
}

/** The one event that gave a mark. Whatever else the filter says waits until the code is taken out. */
function Marked({ search, code, onChange }: Parts & { code: string }) {
  const { t } = useTranslation('audit')
  const query = useQuery({ ...queryOf(MarkedEventDocument, { code }), staleTime: FRESH_MS })
  const back = <Button onClick={() => onChange({ code: undefined })}>{t('clearCode')}</Button>
  return (
    <>
      <FilterBar search={search} subject={undefined} onChange={onChange} />
      <Section title={t('codeFound')} text={<code>{code}</code>} actions={back} flush>
        <Answer query={query} skeleton={<RowsSkeleton rows={1} height={41} />}>
          {({ markedEvent }) =>
            markedEvent ? (
              <Events
                events={[markedEvent]}
                onSubject={(subject) => onChange({ subject, code: undefined })}
              />
            ) : (
              <EmptyState title={t('codeUnknown')} text={t('codeUnknownText')} />
            )
          }
        </Answer>
      </Section>
    </>
  )
}

function Exports({ search }: { search: AuditSearch }) {
  const { t } = useTranslation('audit')
  const policy = useQuery(queryOf(ApprovalPolicyDocument, {})).data?.approvalPolicy
  const guarded = policy?.kinds.includes('AUDIT_EXPORT') ?? false
  return (
    <>
      {(['csv', 'ndjson'] as const).map((form) => (
        <Button
          key={form}
          icon={<DownloadOutlined />}
          {...(guarded
            ? { onClick: () => offerApproval(exportOf(search, form)) }
            : { href: downloadOf(search, form), download: true })}
        >
          {t(`export.${form}`)}
        </Button>
      ))}
    </>
  )
}
