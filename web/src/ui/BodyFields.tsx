// The labelled facts of a message: stable keys in the reader's words, values as their form says.
import { useTranslation } from 'react-i18next'
import type { FieldPartsFragment } from '#/api/gen/operations'
import { formatBytes, formatCount, formatMoney, formatSeconds, formatTime } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'
import styles from './BodyFields.module.css'
import { MaskedText } from './Masked'

export type FieldGroup = { key: string; values: FieldPartsFragment[] }

/** Facts of the same key that follow each other (options, people invited) stand behind one label. */
export function groupFields(fields: readonly FieldPartsFragment[]): FieldGroup[] {
  const groups: FieldGroup[] = []
  for (const field of fields) {
    const last = groups.at(-1)
    if (last?.key === field.key) last.values.push(field)
    else groups.push({ key: field.key, values: [field] })
  }
  return groups
}

export function BodyFields({
  fields,
  item = null,
}: {
  fields: readonly FieldPartsFragment[]
  /** Which part of the message they belong to. */
  item?: number | null
}) {
  const { t } = useTranslation('body')
  const value = useFieldValue()
  if (fields.length === 0) return null
  return (
    <dl className={styles.fields}>
      {groupFields(fields).map((group, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: facts have no name of their own and never move
        <div key={place}>
          {/* A key that a newer server made is shown as it is. */}
          <dt>{t(`field.${group.key}` as 'field.address', { defaultValue: group.key })}</dt>
          {group.values.map((field, n) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above
            <dd key={n}>
              <MaskedText
                text={value(field)}
                part="FIELD"
                item={item}
                number={fields.indexOf(field)}
              />
            </dd>
          ))}
        </div>
      ))}
    </dl>
  )
}

function useFieldValue(): (field: FieldPartsFragment) => string {
  const { t } = useTranslation('body')
  const { language } = usePreferences()
  return ({ form, text, number, time }) => {
    if (form === 'CHOICE' && text !== null) {
      return t(`choice.${text}` as 'choice.no_content', { defaultValue: text })
    }
    if (form === 'TIME' && time !== null) return formatTime(time, 'second', language)
    if (number === null) return text ?? ''
    if (form === 'SECONDS') return formatSeconds(number)
    if (form === 'MONEY') return formatMoney(number, language)
    if (form === 'BYTES') return formatBytes(number)
    return formatCount(number, language)
  }
}
