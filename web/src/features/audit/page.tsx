// The audit trail: who did or saw what. The address holds the filter, so that a view can be shared.
import { DownloadOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { ApprovalPolicyDocument, AuditEventsDocument } from '#/api/gen/operations'
import { offerApproval } from '#/lib/approval'
import { pagesOf, queryOf } from '#/lib/query'
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
  const change = (next: Partial<AuditSearch>) =>
    void navigate({ to: '/audit', search: { ...search, ...next } })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} actions={<Exports search={search} />} />
      <FilterBar
        search={search}
        subject={named?.find((one) => one.id === search.subject)}
        onChange={change}
      />
      <Section title={t('events')} text={first && <Count value={first.totalCount} />} flush>
        <Pages query={query} skeleton={<RowsSkeleton rows={12} height={41} />}>
          {(pages) => {
            const events = pages.flatMap((page) => page.auditEvents.nodes)
            return events.length === 0 ? (
              <EmptyState title={t('empty')} text={t('emptyText')} />
            ) : (
              <Events events={events} onSubject={(subject) => change({ subject })} />
            )
          }}
        </Pages>
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
