// Bars by the day. The drawing library is fetched when the first chart is shown; its place is kept until then.
import { useEffect, useRef, useState } from 'react'
import { useDark } from '#/lib/preferences'
import styles from './DayChart.module.css'
import type { DrawnChart } from './dayChartDrawing'
import { dark, light } from './theme'

export function DayChart(props: {
  days: [day: string, count: number][]
  /** What the chart says, for those who cannot see it. */
  summary: string
  /** How a bar is called when it is pointed at. */
  label: (day: string, count: number) => string
  onDay?: (day: string) => void
}) {
  const place = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<DrawnChart | null>(null)
  const isDark = useDark()
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    let left = false
    let drawn: DrawnChart | null = null
    void import('./dayChartDrawing').then(({ drawDayChart }) => {
      if (left || !place.current) return
      drawn = drawDayChart(
        place.current,
        (day, count) => latest.current.label(day, count),
        (day) => latest.current.onDay?.(day),
      )
      setChart(drawn)
    })
    return () => {
      left = true
      drawn?.dispose()
    }
  }, [])

  useEffect(() => chart?.show(props.days, isDark ? dark : light), [chart, props.days, isDark])

  return <div ref={place} className={styles.chart} role="img" aria-label={props.summary} />
}
