// The ledger's state, always in sight: its size, and whether a checkpoint covers it.
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { LedgerChangedDocument, LedgerDocument, type LedgerQuery } from '#/api/gen/operations'
import { useCan } from '#/lib/access'
import { formatCount } from '#/lib/format'
import { useLive } from '#/lib/live'
import { usePreferences } from '#/lib/preferences'
import { queryOf } from '#/lib/query'
import { Count } from '#/ui/Figures'
import { SealDrawing } from '#/ui/SealMark'
import styles from './LedgerChip.module.css'

const ledgerQuery = queryOf(LedgerDocument, {})

/** How often to ask while the subscription is down, in milliseconds. */
const POLL_MS = 5_000

export function LedgerChip() {
  const { t } = useTranslation('shell')
  const { language } = usePreferences()
  const wanted = useCan()('READ_LEDGER')
  const up = useLive(
    wanted,
    LedgerChangedDocument,
    {},
    ledgerQuery.queryKey,
    (data): LedgerQuery => ({
      ledger: data.ledgerChanged,
    }),
  )
  const { data } = useQuery({
    ...ledgerQuery,
    enabled: wanted,
    refetchInterval: up ? false : POLL_MS,
  })
  if (!wanted || !data) return null
  const { size, checkpoint } = data.ledger
  const covered = checkpoint?.size ?? 0
  const figures = {
    size: formatCount(size, language),
    waiting: formatCount(Math.max(0, size - covered), language),
  }
  const key =
    size === 0
      ? 'ledgerEmpty'
      : checkpoint === null
        ? 'ledgerWaiting'
        : covered < size
          ? 'ledgerBehind'
          : 'ledgerSealed'
  return (
    <Link
      to="/settings/ledger"
      className={styles.chip}
      title={t(key, figures)}
      aria-label={t(key, figures)}
    >
      <SealDrawing state={key === 'ledgerSealed' ? 'SEALED' : 'WAITING'} size={18} />
      <Count value={size} />
    </Link>
  )
}
