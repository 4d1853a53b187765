// Names one after the other, in the language of the console.
import { formatList } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'

export function useListed(): (items: readonly string[]) => string {
  const { language } = usePreferences()
  return (items) => formatList(items, language)
}
