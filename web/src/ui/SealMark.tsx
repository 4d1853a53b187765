// The mark of the archive: a seal (印) that shows the state of a record's proof, and opens it.
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { SealState } from '#/api/gen/operations'
import styles from './SealMark.module.css'

const CLASS: Record<SealState, string | undefined> = {
  SEALED: styles.sealed,
  WAITING: styles.waiting,
  FAILED: styles.failed,
}

/** The drawing alone, for places that say its meaning in words. */
export function SealDrawing({ state, size = 18 }: { state: SealState; size?: number }) {
  return (
    <svg
      className={`${styles.seal} ${CLASS[state]}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      <path
        className={styles.block}
        d="M3.6 1.6 20.5 1.4Q22.5 1.5 22.6 3.5L22.4 20.6Q22.3 22.5 20.3 22.5L3.4 22.6Q1.5 22.5 1.4 20.4L1.6 3.6Q1.6 1.7 3.6 1.6Z"
      />
      <path
        className={styles.strokes}
        d="M11 5.6 6 6.8V17.7H11M6 12.1H11M13.6 19.4V6.6H18.3V14.6H16.2"
      />
      {state === 'FAILED' && (
        <path className={styles.crack} d="M15.6 0 11.4 8.2 14.4 11.6 9 16.6 11 24" />
      )}
    </svg>
  )
}

/** The seal of a message; a link to its proof. */
export function SealMark({
  state,
  message,
  size,
}: {
  state: SealState
  message: string
  size?: number
}) {
  const { t } = useTranslation('model')
  const text = t(`seal.${state}`)
  return (
    <Link
      to="/messages/$id"
      params={{ id: message }}
      hash="proof"
      className={styles.link}
      title={text}
      aria-label={text}
    >
      <SealDrawing state={state} {...(size ? { size } : {})} />
    </Link>
  )
}
