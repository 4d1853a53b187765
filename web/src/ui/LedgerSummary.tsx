// The ledger's state in words and figures, beside its seal.
import { useTranslation } from 'react-i18next'
import type { LedgerPartsFragment } from '#/api/gen/operations'
import { Count } from './Figures'
import styles from './LedgerSummary.module.css'
import { Facts } from './Page'
import { SealDrawing } from './SealMark'
import { Ago } from './Time'

export function LedgerSummary({ ledger }: { ledger: LedgerPartsFragment }) {
  const { t } = useTranslation('ledger')
  const { checkpoint, size } = ledger
  const covered = checkpoint !== null && checkpoint.size >= size && size > 0
  const waiting = Math.max(0, size - (checkpoint?.size ?? 0))
  return (
    <div className={styles.summary}>
      <div className={styles.state}>
        <SealDrawing state={covered ? 'SEALED' : 'WAITING'} size={40} />
        <strong>
          {t(size === 0 ? 'empty' : covered ? 'covered' : 'behind', { count: waiting })}
        </strong>
      </div>
      <Facts
        facts={[
          [t('size'), <Count key="size" value={size} />],
          [
            t('checkpoint'),
            checkpoint ? <Ago key="checkpoint" at={checkpoint.signedAt} /> : t('noCheckpoint'),
          ],
          [t('root'), checkpoint ? <code key="root">{checkpoint.root}</code> : '—'],
        ]}
      />
    </div>
  )
}
