// An import's figures, with its progress while it runs and its reason where it failed.
import { useTranslation } from 'react-i18next'
import type { ImportPartsFragment } from '#/api/gen/operations'
import { Bytes, Count } from '#/ui/Figures'
import { Progress } from '#/ui/Progress'
import { Status } from '#/ui/Status'
import styles from './imports.module.css'

export function ImportFigures({ job }: { job: ImportPartsFragment }) {
  const { t } = useTranslation('imports')
  const figures = [
    ['read', job.read],
    ['added', job.added],
    ['known', job.known],
    ['rejected', job.rejected],
  ] as const
  return (
    <div className={styles.figures}>
      {job.state === 'RUNNING' && (
        <>
          <Progress label={t('progress')} part={job.fileBytes ? job.bytes / job.fileBytes : null} />
          <p className={styles.bytes}>
            <Bytes value={job.bytes} />
            {job.fileBytes !== null && (
              <>
                {' / '}
                <Bytes value={job.fileBytes} />
              </>
            )}
          </p>
        </>
      )}
      {job.failure && (
        <p className={styles.failure}>
          <Status tone="bad">{t('failedBecause')}</Status> {job.failure}
        </p>
      )}
      {job.state === 'INTERRUPTED' && <p className={styles.failure}>{t('interruptedText')}</p>}
      <dl className={styles.counts}>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>
              <Count value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
