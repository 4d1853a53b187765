// Tags that staff gave a customer.
import styles from './page.module.css'

export function Tags({ tags }: { tags: string[] }) {
  const words = [...new Set(tags)]
  return words.length === 0 ? (
    '—'
  ) : (
    <span className={styles.tags}>
      {words.map((tag) => (
        <span key={tag}>{tag}</span>
      ))}
    </span>
  )
}
