// Figures that stand in columns: counts and sizes, in tabular numerals.
import { formatBytes, formatCount } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'

export function Count({ value }: { value: number }) {
  const { language } = usePreferences()
  return <span className="figures">{formatCount(value, language)}</span>
}

/** A size; the exact number of bytes on hover. */
export function Bytes({ value }: { value: number }) {
  const { language } = usePreferences()
  return (
    <span className="figures" title={`${formatCount(value, language)} B`}>
      {formatBytes(value)}
    </span>
  )
}
