// One approval: exactly what will happen, who said what, and what the viewer may do about it.
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApprovalDocument } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, NotThere } from '#/ui/States'
import { Time } from '#/ui/Time'
import { ApprovalStatus } from './ApprovalStatus'
import styles from './approval.module.css'
import { Decide } from './Decide'
import { Own } from './Own'
import { type Approval, linesOf } from './preview'
import { useHeading, useParticular } from './words'

export function ApprovalPage() {
  const { id } = useParams({ from: '/shell/approvals/$id' })
  const query = useQuery({ ...queryOf(ApprovalDocument, { id }), staleTime: 0 })
  return (
    <Answer query={query} skeleton={<BlockSkeleton height={260} />}>
      {({ approval }) => (approval ? <One approval={approval} /> : <NotThere id={id} />)}
    </Answer>
  )
}

function One({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const heading = useHeading()
  return (
    <>
      <PageHeader title={heading(approval)} text={<ApprovalStatus state={approval.state} />} />
      <Section title={t('willHappen')} text={t('willHappenText')}>
        <WillHappen approval={approval} />
      </Section>
      {approval.mine ? <Own approval={approval} /> : <Decide approval={approval} />}
      <Section title={t('course')}>
        <Course approval={approval} />
      </Section>
    </>
  )
}

function WillHappen({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const particular = useParticular(approval.preview)
  const lines = linesOf(approval.preview)
  if (lines.length === 0) return <p>{t(`kindText.${approval.kind}`)}</p>
  return (
    <Facts
      facts={lines.map((line): [string, ReactNode] => [
        particular.name(line.name),
        line.before === null ? (
          <span key={line.name} className={styles.value}>
            {particular.value(line.name, line.after)}
          </span>
        ) : (
          <span key={line.name} className={styles.value}>
            <del>{particular.value(line.name, line.before)}</del> →{' '}
            <ins>{particular.value(line.name, line.after)}</ins>
          </span>
        ),
      ])}
    />
  )
}

function Course({ approval }: { approval: Approval }) {
  const { t } = useTranslation('approvals')
  const { asked, decided, closed, state } = approval
  const facts: [string, ReactNode][] = [
    [t('asked'), <Said key="asked" step={asked} />],
    [t('until'), <Time key="until" at={approval.expiresAt} />],
  ]
  if (decided) {
    const name = state === 'REFUSED' ? t('state.REFUSED') : t('state.APPROVED')
    facts.push([name, <Said key="decided" step={decided} />])
  }
  if (closed) facts.push([t(`state.${state}`), <Said key="closed" step={closed} />])
  facts.push([t('digest'), <code key="digest">{approval.preview.digest}</code>])
  return <Facts facts={facts} />
}

function Said({ step }: { step: Approval['asked'] }) {
  return (
    <span className={styles.value}>
      {step.name} <Time at={step.at} />
      {step.why && <q className={styles.why}>{step.why}</q>}
    </span>
  )
}
