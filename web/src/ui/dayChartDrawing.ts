// The drawing itself, on a canvas: the content security policy allows neither SVG styles nor HTML tooltips.
import { BarChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, GridComponent, TooltipComponent, CanvasRenderer])

type Colours = {
  accent: string
  ink: string
  'ink-3': string
  'line-2': string
  sheet: string
  line: string
}

export type DrawnChart = {
  show: (days: [day: string, count: number][], colours: Colours) => void
  dispose: () => void
}

export function drawDayChart(
  place: HTMLElement,
  label: (day: string, count: number) => string,
  onDay: (day: string) => void,
): DrawnChart {
  const chart = init(place, null, { renderer: 'canvas' })
  const resize = new ResizeObserver(() => chart.resize())
  resize.observe(place)
  chart.on('click', ({ name }) => onDay(name))
  return {
    show: (days, colours) => chart.setOption(options(days, colours, label), true),
    dispose: () => {
      resize.disconnect()
      chart.dispose()
    },
  }
}

function options(
  days: [day: string, count: number][],
  colours: Colours,
  label: (day: string, count: number) => string,
) {
  return {
    animation: false,
    grid: {
      left: 0,
      right: 0,
      top: 12,
      bottom: 0,
      outerBoundsMode: 'same',
      outerBoundsContain: 'axisLabel',
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      axisPointer: { type: 'shadow', shadowStyle: { color: colours['line-2'], opacity: 0.5 } },
      backgroundColor: colours.sheet,
      borderColor: colours.line,
      textStyle: { color: colours.ink, fontSize: 13 },
      formatter: (points: { name: string; value: number }[]) =>
        points[0] ? label(points[0].name, points[0].value) : '',
    },
    xAxis: {
      type: 'category',
      data: days.map(([day]) => day),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: {
        color: colours['ink-3'],
        fontSize: 12,
        // Over more than a year a day needs its year, and then its month is enough.
        formatter: (day: string) => (days.length > 366 ? day.slice(0, 7) : day.slice(5)),
        hideOverlap: true,
      },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { color: colours['ink-3'], fontSize: 12 },
      splitLine: { lineStyle: { color: colours['line-2'] } },
    },
    series: [
      {
        type: 'bar',
        data: days.map(([, count]) => count),
        barMaxWidth: 18,
        barCategoryGap: '25%',
        itemStyle: { color: colours.accent },
        cursor: 'pointer',
      },
    ],
  }
}
