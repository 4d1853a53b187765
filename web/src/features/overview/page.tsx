// What the archive holds and how it stands, on one page.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OverviewDocument, type OverviewQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { type DayCount, dayAfter, fillDays } from '#/lib/days'
import { formatCount, zoneOffsetMinutes } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { DayChart } from '#/ui/DayChart'
import { Bytes, Count } from '#/ui/Figures'
import { ImportStateWord } from '#/ui/ImportState'
import { LedgerSummary } from '#/ui/LedgerSummary'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { Segments } from '#/ui/Segments'
import { BlockSkeleton, EmptyState } from '#/ui/States'
import { Ago, Time } from '#/ui/Time'
import styles from './page.module.css'

const PERIODS = [30, 90, 365, 730] as const
/** A period with messages on fewer days than this looks empty; a longer one is offered first. */
const DAYS_TELLING = 10
type Period = (typeof PERIODS)[number]
type Figures = OverviewQuery['overview']

export function OverviewPage() {
  const { t } = useTranslation('overview')
  const can = useCan()
  const [chosen, setDays] = useState<Period>()
  const query = useQuery({
    ...queryOf(OverviewDocument, {
      zoneOffsetMinutes: zoneOffsetMinutes(),
      days: Math.max(...PERIODS),
      ledger: can('READ_LEDGER'),
      imports: can('READ_IMPORTS'),
    }),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Answer query={query} skeleton={<Waiting />}>
        {({ overview }) => (
          <>
            <Totals figures={overview} />
            {overview.records === 0 ? (
              <Nothing />
            ) : (
              <Section
                title={t('perDay')}
                actions={
                  <Segments
                    label={t('period')}
                    value={chosen ?? telling(overview.messagesPerDay)}
                    options={PERIODS.map((value) => ({
                      value,
                      label: t('days', { count: value }),
                    }))}
                    onChange={setDays}
                  />
                }
              >
                <PerDay figures={overview} days={chosen ?? telling(overview.messagesPerDay)} />
              </Section>
            )}
            <div className={styles.pair}>
              {overview.ledger && (
                <Section
                  title={t('ledger')}
                  actions={<Link to="/settings/ledger">{t('ledgerMore')}</Link>}
                >
                  <LedgerSummary ledger={overview.ledger} />
                </Section>
              )}
              {overview.lastImport && (
                <Section
                  title={t('lastImport')}
                  actions={<Link to="/imports">{t('importsMore')}</Link>}
                >
                  <LastImport job={overview.lastImport} />
                </Section>
              )}
            </div>
          </>
        )}
      </Answer>
    </>
  )
}

/** The shortest period that shows something: an archive of past years is not greeted by an empty chart. */
function telling(counts: DayCount[]): Period {
  const busy = (days: number) => fillDays(counts, days, new Date()).filter(([, n]) => n > 0).length
  return PERIODS.slice(1).find((days) => busy(days) >= DAYS_TELLING) ?? 90
}

function Waiting() {
  return (
    <>
      <BlockSkeleton height={86} />
      <div className={styles.gap} />
      <BlockSkeleton height={302} />
    </>
  )
}

function Totals({ figures }: { figures: Figures }) {
  const { t } = useTranslation('overview')
  const can = useCan()
  const linked = (to: '/conversations' | '/customers' | '/staff', value: number): ReactNode => {
    const allowed = can(to === '/conversations' ? 'READ_CONTENT' : 'READ_DIRECTORY')
    return allowed ? (
      <Link to={to}>
        <Count value={value} />
      </Link>
    ) : (
      <Count value={value} />
    )
  }
  const newest = figures.newestMessageAt
  return (
    <dl className={styles.totals}>
      <Total name={t('records')} value={<Count value={figures.records} />} />
      <Total name={t('conversations')} value={linked('/conversations', figures.conversations)} />
      <Total name={t('customers')} value={linked('/customers', figures.customers)} />
      <Total name={t('staff')} value={linked('/staff', figures.staff)} />
      <Total name={t('newest')} value={newest ? <Ago at={newest} /> : '—'} />
    </dl>
  )
}

function Total({ name, value }: { name: string; value: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function PerDay({ figures, days }: { figures: Figures; days: number }) {
  const { t } = useTranslation('overview')
  const { language } = usePreferences()
  const can = useCan()
  const navigate = useNavigate()
  const rows = useMemo(
    () => fillDays(figures.messagesPerDay, days, new Date()),
    [figures.messagesPerDay, days],
  )
  const sum = rows.reduce((total, [, count]) => total + count, 0)
  const [busiest, most] = rows.reduce((best, row) => (row[1] > best[1] ? row : best), ['', 0])
  const figuresOf = {
    days,
    sum: formatCount(sum, language),
    busiest,
    most: formatCount(most, language),
  }
  const open = (day: string) => {
    if (can('SEARCH'))
      void navigate({ to: '/search', search: { q: `after:${day} before:${dayAfter(day)}` } })
  }
  return (
    <>
      <DayChart
        days={rows}
        summary={t('chartSummary', figuresOf)}
        label={(day, count) => t('chartLabel', { day, messages: formatCount(count, language) })}
        onDay={open}
      />
      <p className={styles.note}>
        {sum > 0 ? t('chartSummary', figuresOf) : t('chartEmpty', { days })}
      </p>
    </>
  )
}

function LastImport({ job }: { job: NonNullable<Figures['lastImport']> }) {
  const { t } = useTranslation('overview')
  return (
    <Facts
      facts={[
        [
          t('file'),
          <Link key="file" to="/imports/$id" params={{ id: job.id }}>
            {job.fileName}
          </Link>,
        ],
        [t('state'), <ImportStateWord key="state" state={job.state} />],
        [t('startedAt'), <Time key="at" at={job.startedAt} />],
        [t('added'), <Count key="added" value={job.added} />],
        [t('rejected'), <Count key="rejected" value={job.rejected} />],
        [t('read'), <Bytes key="bytes" value={job.bytes} />],
      ]}
    />
  )
}

function Nothing() {
  const { t } = useTranslation('overview')
  const can = useCan()
  return (
    <Section>
      <EmptyState
        title={t('empty')}
        text={can('IMPORT') ? t('emptyText') : t('emptyWait')}
        action={can('IMPORT') && <Link to="/imports">{t('emptyAction')}</Link>}
      />
    </Section>
  )
}
