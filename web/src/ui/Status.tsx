// A word of state with a sign before it: the sign's form differs too, so that colour is never alone.
import type { ReactNode } from 'react'
import styles from './Status.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet'

const SIGN: Record<Tone, string> = {
  good: 'M2.5 6.5 5 9 9.5 3.5',
  warn: 'M6 2v5M6 9.2v.6',
  bad: 'M3 3l6 6M9 3l-6 6',
  busy: 'M2.5 6h.1M6 6h.1M9.5 6h.1',
  quiet: 'M3 6h6',
}

export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`${styles.status} ${styles[tone]}`}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d={SIGN[tone]} />
      </svg>
      {children}
    </span>
  )
}
