// A key of the keyboard, as it is written on its cap.
import styles from './KeyHint.module.css'

export function KeyHint({ keys }: { keys: string }) {
  return <kbd className={styles.key}>{keys}</kbd>
}
