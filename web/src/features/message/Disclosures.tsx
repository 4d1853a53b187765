// What the entry discloses, decoded from the very bytes that its digests cover.
import { useTranslation } from 'react-i18next'
import { readDisclosure } from './check'
import styles from './Disclosures.module.css'

export function Disclosures({
  disclosures,
}: {
  disclosures: readonly { name: string; encoded: string }[]
}) {
  const { t } = useTranslation('message')
  return (
    <dl className={styles.disclosures}>
      {disclosures.map(({ name, encoded }) => {
        const read = readDisclosure(encoded)
        return (
          <div key={name}>
            <dt>
              {t(`disclosed.${name}` as 'disclosed.from', { defaultValue: name })}
              <code>{name}</code>
            </dt>
            <dd>{read ? <Value value={read.value} /> : <code>{encoded}</code>}</dd>
          </div>
        )
      })}
    </dl>
  )
}

/** A disclosed value: members line by line, lists in a row, all as plain text. */
function Value({ value }: { value: unknown }) {
  if (Array.isArray(value)) return <>{value.map(String).join(', ')}</>
  if (typeof value !== 'object' || value === null) return <>{String(value)}</>
  return (
    <ul className={styles.members}>
      {Object.entries(value).map(([key, member]) => (
        <li key={key}>
          <code>{key}</code> {typeof member === 'object' ? JSON.stringify(member) : String(member)}
        </li>
      ))}
    </ul>
  )
}
