// Figures and times as people read them. Pure: language and zone are parameters, or the browser's.
export type Language = 'zh-CN' | 'en'

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const

/** 1,536 -> "1.5 KB". Units of 1,024; three digits at most before the unit changes. */
export function formatBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1
  return `${value.toFixed(digits)} ${BYTE_UNITS[unit]}`
}

export function formatCount(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value)
}

/** Names one after the other, as the language separates them. */
export function formatList(items: readonly string[], language: Language): string {
  return items.join(language === 'en' ? ', ' : '、')
}

/** Money in the smallest unit (分) of the renminbi: 3,000 -> "¥30.00". */
export function formatMoney(fen: number, language: Language): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency: 'CNY' }).format(fen / 100)
}

/** A length of time in seconds: 75 -> "1:15", 3,675 -> "1:01:15". */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor((whole % 3600) / 60)
  const rest = two(whole % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** How long a search took: 850 -> "0.85 ms", 1,234,000 -> "1.2 s". */
export function formatMicros(micros: number, language: Language): string {
  const unit = (value: number, name: 'millisecond' | 'second', digits: number) =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      maximumSignificantDigits: digits,
    }).format(value)
  if (micros < 999_500) return unit(micros / 1_000, 'millisecond', micros < 100_000 ? 2 : 3)
  return unit(micros / 1_000_000, 'second', 2)
}

export type TimeForm = 'day' | 'weekday' | 'minute' | 'second' | 'clock' | 'full'

const PARTS: Record<TimeForm | 'date', Intl.DateTimeFormatOptions> = {
  day: { year: 'numeric', month: '2-digit', day: '2-digit' },
  weekday: { weekday: 'short' },
  minute: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  },
  second: {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  },
  clock: { hour: '2-digit', minute: '2-digit' },
  full: {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'longOffset',
  },
  date: { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' },
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(
  form: TimeForm | 'date',
  language: Language,
  timeZone?: string,
): Intl.DateTimeFormat {
  const key = `${form} ${language} ${timeZone ?? ''}`
  let found = formatters.get(key)
  if (!found) {
    // Figures stand in the same order in both languages (2025-01-31 14:05), so that columns line up.
    const locale = form === 'date' || form === 'weekday' ? language : 'sv-SE'
    const zone = timeZone ? { timeZone } : {}
    found = new Intl.DateTimeFormat(locale, { ...PARTS[form], hourCycle: 'h23', ...zone })
    formatters.set(key, found)
  }
  return found
}

/** A moment in the viewer's zone, such as "2025-01-31 14:05". */
export function formatTime(
  at: string,
  form: TimeForm,
  language: Language,
  timeZone?: string,
): string {
  const moment = new Date(at)
  const time = formatter(form, language, timeZone).format(moment)
  if (form !== 'full') return time
  // Chinese would put the zone between date and time.
  return `${formatter('date', language, timeZone).format(moment)} ${time.replace(',', '.')}`
}

/** How long ago, by the largest fitting unit: "3 分钟前". */
export function formatAgo(at: string, now: number, language: Language): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000)
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const size = Math.abs(seconds)
  if (size < 60) return relative.format(seconds, 'second')
  if (size < 3600) return relative.format(Math.round(seconds / 60), 'minute')
  if (size < 86_400) return relative.format(Math.round(seconds / 3600), 'hour')
  if (size < 86_400 * 60) return relative.format(Math.round(seconds / 86_400), 'day')
  if (size < 86_400 * 730) return relative.format(Math.round(seconds / 2_629_800), 'month')
  return relative.format(Math.round(seconds / 31_557_600), 'year')
}

/** Minutes that the viewer's clock is ahead of UTC at a moment, as the API wants them. */
export function zoneOffsetMinutes(at: Date = new Date()): number {
  // "+ 0" because the zone of London in winter would else be minus zero, which JSON cannot say.
  return -at.getTimezoneOffset() + 0
}
