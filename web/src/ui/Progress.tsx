// How far something has come: a bar, or a bar that only says "at work" where the end is not known.
import styles from './Progress.module.css'

export function Progress({ label, part }: { label: string; part: number | null }) {
  const percent = part === null ? null : Math.round(Math.min(1, Math.max(0, part)) * 100)
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
    >
      <div
        className={percent === null ? styles.unknown : styles.bar}
        style={percent === null ? {} : { width: `${percent}%` }}
      />
    </div>
  )
}
