// The chain of a case as a line in time: each step with what shows it, and what is missing.
import { PlusOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CaseChainDocument, type CaseLinkPartsFragment } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Section } from '#/ui/Page'
import { EmptyState, RowsSkeleton } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import styles from './chain.module.css'
import { Files } from './Files'
import { LinkActs } from './LinkActs'
import { LinkForm } from './LinkForm'
import { silences } from './silences'

export type ChainLink = CaseLinkPartsFragment

export function Chain({ id, open }: { id: string; open: boolean }) {
  const { t } = useTranslation('cases')
  const [adding, setAdding] = useState(false)
  const query = useQuery(queryOf(CaseChainDocument, { id }))
  const add = open && (
    <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
      {t('addLink')}
    </Button>
  )
  return (
    <Section title={t('chain')} text={t('chainText')} actions={add}>
      <Answer query={query} skeleton={<RowsSkeleton rows={3} />}>
        {(data) => {
          const links = data.case?.chain ?? []
          if (links.length === 0) {
            return <EmptyState title={t('chainEmpty')} text={t('chainEmptyText')} />
          }
          return <Line id={id} links={links} open={open} />
        }}
      </Answer>
      {adding && <LinkForm id={id} onClose={() => setAdding(false)} />}
    </Section>
  )
}

function Line({ id, links, open }: { id: string; links: ChainLink[]; open: boolean }) {
  const { t } = useTranslation('cases')
  const wanting = links.filter((link) => link.gaps.length > 0).length
  const days = silences(links)
  return (
    <>
      <p className={styles.sum}>
        <Status tone={wanting > 0 ? 'warn' : 'good'}>
          {wanting > 0 ? t('gapsFound', { count: wanting }) : t('gapsNone')}
        </Status>
      </p>
      <ol className={styles.chain} aria-label={t('chain')}>
        {links.map((link, place) => {
          const silent = days[place] ?? null
          return (
            <li key={link.number} className={link.gaps.length > 0 ? styles.wanting : ''}>
              {silent !== null && (
                <p className={styles.silence}>{t('daysLater', { count: silent })}</p>
              )}
              <Step id={id} link={link} open={open} place={place} total={links.length} />
            </li>
          )
        })}
      </ol>
    </>
  )
}

function Step(props: { id: string; link: ChainLink; open: boolean; place: number; total: number }) {
  const { t } = useTranslation('cases')
  const { id, link, open } = props
  return (
    <div className={styles.step}>
      <div className={styles.head}>
        <div>
          <p className={styles.when}>
            {link.at ? <Time at={link.at} /> : t('undated')} · {t(`step.${link.kind}`)}
          </p>
          <h3>{link.title}</h3>
        </div>
        {open && <LinkActs {...props} />}
      </div>
      {link.comment && <p className={styles.comment}>{link.comment}</p>}
      {link.gaps.length > 0 && (
        <ul className={styles.gaps}>
          {link.gaps.map((gap) => (
            <li key={gap}>
              <Status tone="warn">{t(`gap.${gap}`)}</Status>
            </li>
          ))}
        </ul>
      )}
      <Records link={link} />
      <Files id={id} link={link} open={open} />
    </div>
  )
}

function Records({ link }: { link: ChainLink }) {
  const { t } = useTranslation('cases')
  if (link.records.length === 0) return null
  return (
    <ul className={styles.shown} aria-label={t('records')}>
      {link.records.map(({ id, message }) => (
        <li key={id}>
          {message ? (
            <Link to="/messages/$id" params={{ id }}>
              <Time at={message.at} /> {message.from?.name}: {message.text}
            </Link>
          ) : (
            <span className="muted">{t('unseen')}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
