// A moment, in the viewer's zone; the whole of it on hover.
import { useEffect, useState } from 'react'
import { formatAgo, formatTime, type TimeForm } from '#/lib/format'
import { usePreferences } from '#/lib/preferences'

export function Time({ at, form = 'minute' }: { at: string; form?: TimeForm }) {
  const { language } = usePreferences()
  return (
    <time className="figures" dateTime={at} title={formatTime(at, 'full', language)}>
      {formatTime(at, form, language)}
    </time>
  )
}

/** How long ago; kept true while the page stays open. */
export function Ago({ at }: { at: string }) {
  const { language } = usePreferences()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000)
    return () => clearInterval(timer)
  }, [])
  return (
    <time className="figures" dateTime={at} title={formatTime(at, 'full', language)}>
      {formatAgo(at, Math.max(now, Date.parse(at)), language)}
    </time>
  )
}
