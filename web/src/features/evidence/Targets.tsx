// Those who stamp the ledger's heads: when each last did, what is wrong, what waits.
import { useMutation, useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import {
  StampsDocument,
  type StampTargetPartsFragment,
  StampTargetsDocument,
  TryStampsDocument,
} from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { request } from '#/lib/graphql'
import { forget, queryOf } from '#/lib/query'
import { Answer } from '#/ui/Answer'
import { Count } from '#/ui/Figures'
import { Facts, Section } from '#/ui/Page'
import { BlockSkeleton, useErrorText } from '#/ui/States'
import { Status } from '#/ui/Status'
import { Time } from '#/ui/Time'
import styles from './evidence.module.css'

/** How often the states are asked for again, in milliseconds. */
const POLL_MS = 15_000

export function Targets() {
  const { t } = useTranslation('evidence')
  const query = useQuery({ ...queryOf(StampTargetsDocument, {}), refetchInterval: POLL_MS })
  return (
    <Answer query={query} skeleton={<BlockSkeleton height={220} />}>
      {({ stampTargets }) => (
        <Section
          title={t('stamps')}
          text={t('stampsText')}
          actions={stampTargets.length > 0 && <TryNow />}
        >
          {stampTargets.length === 0 && <p className={styles.text}>{t('nobody')}</p>}
          {stampTargets.map((target) => (
            <Target key={target.target} target={target} />
          ))}
        </Section>
      )}
    </Answer>
  )
}

function TryNow() {
  const { t } = useTranslation('evidence')
  const { message } = App.useApp()
  const errorText = useErrorText()
  const can = useCan()
  const run = useMutation({
    mutationFn: () => request(TryStampsDocument, {}),
    onSuccess: ({ tryStamps }) => {
      const failing = tryStamps.targets.filter((target) => target.fails).length
      void (failing
        ? message.warning(t('triedFailing', { count: failing }))
        : message.success(t('tried')))
      return forget(StampTargetsDocument, StampsDocument)
    },
    onError: (error) => void message.error(errorText(error)),
  })
  if (!can('OPERATE')) return null
  return (
    <Button loading={run.isPending} onClick={() => run.mutate()}>
      {t('tryNow')}
    </Button>
  )
}

function Target({ target }: { target: StampTargetPartsFragment }) {
  const { t } = useTranslation('evidence')
  return (
    <div className={styles.key}>
      <h3>
        {target.target === 'WEBHOOK' ? t('target.WEBHOOK') : target.name}
        <State target={target} />
      </h3>
      <Facts
        facts={[
          [t('what'), t(`target.${target.target}`)],
          [t('url'), target.url],
          [
            t('lastSuccess'),
            target.stampedAt ? <Time key="at" at={target.stampedAt} /> : t('never'),
          ],
          ...(target.fault && target.failedAt
            ? [
                [
                  t('lastFault'),
                  <span key="fault" className={styles.fault}>
                    <Time at={target.failedAt} />{' '}
                    {target.trouble ? t(`trouble.${target.trouble}`) : target.fault}
                  </span>,
                ] as [string, ReactNode],
              ]
            : []),
          [
            t('waiting'),
            <span key="waiting">
              <Count value={target.waiting} />
              {target.nextAt && (
                <>
                  {' · '}
                  {t('nextTry')} <Time at={target.nextAt} />
                </>
              )}
            </span>,
          ],
        ]}
      />
    </div>
  )
}

function State({ target }: { target: StampTargetPartsFragment }) {
  const { t } = useTranslation('evidence')
  if (target.fails) return <Status tone="bad">{t('failing')}</Status>
  if (target.stampedAt) return <Status tone="good">{t('works')}</Status>
  return <Status tone="quiet">{t('notYet')}</Status>
}
