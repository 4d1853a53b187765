// How the server is: its checks with what to do, its sizes, its version.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SystemDocument, type SystemQuery } from '#/api/gen/operations'
import { queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Bytes, Count } from '#/ui/Figures'
import { Facts, PageHeader, Section } from '#/ui/Page'
import { BlockSkeleton, EmptyState } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Ago, Time } from '#/ui/Time'
import styles from './system.module.css'

type Health = SystemQuery['system']

const TONE = { OK: 'good', WARNING: 'warn', FAILED: 'bad' } as const
const GRAVITY = { FAILED: 0, WARNING: 1, OK: 2 } as const

export function SystemPage() {
  const { t } = useTranslation('system')
  const query = useQuery({ ...queryOf(SystemDocument, {}), refetchInterval: 10_000 })
  return (
    <>
      <PageHeader title={t('title')} text={t('text')} />
      <Answer query={query} skeleton={<BlockSkeleton height={420} />}>
        {({ system }) => (
          <>
            <Checks checks={system.checks} />
            <Sizes health={system} />
            <Server health={system} />
          </>
        )}
      </Answer>
    </>
  )
}

function Checks({ checks }: { checks: Health['checks'] }) {
  const { t } = useTranslation('system')
  const { t: model } = useTranslation('model')
  const words = useCheckWords()
  // What is wrong stands first.
  const sorted = [...checks].sort((a, b) => GRAVITY[a.state] - GRAVITY[b.state])
  return (
    <Section title={t('checks')} flush>
      {sorted.length === 0 && <EmptyState title={t('noChecks')} />}
      <ul className={styles.checks}>
        {sorted.map((check) => (
          <li key={check.name}>
            <Status tone={TONE[check.state]}>{model(`health.${check.state}`)}</Status>
            <div>
              <strong>{words.name(check.name)}</strong>
              <p lang="en">{check.detail}</p>
              {check.advice && (
                <p className={styles.advice}>{words.advice(check.name, check.advice)}</p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Our words for the checks that we know; the server's own for others. */
function useCheckWords() {
  const { t, i18n } = useTranslation('system')
  const word = (key: string, own: string) =>
    i18n.exists(`system:${key}`) ? t(key as 'check.clock') : own
  return {
    name: (name: string) => word(`check.${name}`, name),
    advice: (name: string, advice: string) => word(`advice.${name}`, advice),
  }
}

function Sizes({ health }: { health: Health }) {
  const { t } = useTranslation('system')
  const parts = ['recordBytes', 'indexBytes', 'databaseBytes', 'mediaBytes'] as const
  const sum = parts.reduce((total, part) => total + health[part], 0)
  return (
    <Section title={t('sizes')}>
      <Facts
        facts={[
          ...parts.map((part): [string, React.ReactNode] => [
            t(part),
            <Bytes key={part} value={health[part]} />,
          ]),
          [t('sum'), <Bytes key="sum" value={sum} />],
          [t('freeBytes'), <Bytes key="free" value={health.freeBytes} />],
        ]}
      />
    </Section>
  )
}

function Server({ health }: { health: Health }) {
  const { t } = useTranslation('system')
  return (
    <Section title={t('server')}>
      <Facts
        facts={[
          [t('version'), health.version],
          [t('startedAt'), <Ago key="started" at={health.startedAt} />],
          [t('now'), <Time key="now" at={health.now} form="second" />],
          [t('dataFolder'), <code key="folder">{health.dataFolder}</code>],
          [t('indexLag'), <Count key="lag" value={health.indexLag} />],
        ]}
      />
    </Section>
  )
}
