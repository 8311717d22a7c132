/** Time series by uPlot: any number of lines or bars over one time axis. Holes in what was measured (null) stay holes. */
import 'uplot/dist/uPlot.min.css'

import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'

import { formats } from '../i18n/format'
import { language, useLanguage } from '../i18n/language'
import { words } from './words'

export interface Series {
  label: string
  /** A CSS colour, or a variable of the theme: `var(--berth-got)`. */
  color: string
  values: (number | null)[]
  /** What the legend says instead of what is drawn: of stacked bars, each its own value. */
  own?: (number | null)[]
  /** How a value is written, in the legend and on the axis. */
  write?: (value: number) => string
  /** Bars rather than a line. */
  bars?: boolean
  /** The area beneath a line is filled. */
  filled?: boolean
}

interface ChartProps {
  /** What it shows, for those who do not see it. */
  label: string
  /** Seconds since 1970, ascending. */
  times: number[]
  series: Series[]
  height?: number
  /** Charts of the same name share one cursor. */
  together?: string
  /** The axis reaches this at least. */
  most?: number
  /** Values are bytes: the axis is cut at powers of two. */
  binary?: boolean
}

export function Chart({ label, times, series, height = 160, together, most, binary }: ChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const scheme = useComputedColorScheme('light')
  const said = useLanguage()
  // What the chart is made of; its numbers alone change without making it anew.
  const shape = JSON.stringify([
    series.map(({ label, color, bars, filled }) => [label, color, bars, filled]),
    height,
    most,
  ])
  const newest = useRef({ times, series })
  newest.current = { times, series }

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours follow the scheme, and words the language
  useEffect(() => {
    const element = host.current
    if (!element) return
    const { times, series } = newest.current
    const made = new uPlot(
      options(element, series, {
        height,
        together,
        most,
        binary,
        own: (series, index) => newest.current.series[series - 1]?.own?.[index],
      }),
      [times, ...series.map(({ values }) => values)],
      element,
    )
    plot.current = made
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [shape, scheme, said, together])

  useEffect(() => {
    plot.current?.setData([times, ...series.map(({ values }) => values)])
  }, [times, series])

  return <div ref={host} role="img" aria-label={label} style={{ minHeight: height, overflow: 'hidden' }} />
}

interface Own {
  height: number
  own(series: number, index: number): number | null | undefined
}

function options(
  element: HTMLElement,
  series: Series[],
  { height, together, most, binary, own }: Pick<ChartProps, 'together' | 'most' | 'binary'> & Own,
): uPlot.Options {
  const colour = (name: string) => {
    const variable = /^var\((.+)\)$/.exec(name)?.[1]
    return variable ? getComputedStyle(element).getPropertyValue(variable).trim() : name
  }
  const [text, line] = [colour('var(--mantine-color-dimmed)'), colour('var(--berth-line)')]
  const write = series[0]?.write
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } }
  const bars = uPlot.paths.bars?.({ size: [0.8, 40] })
  return {
    width: element.clientWidth || 300,
    height,
    cursor: together ? { sync: { key: together } } : {},
    scales: {
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(high ?? 0, most ?? 0) * 1.05 || 1] },
    },
    axes: [
      { ...axis, values: TIMES },
      {
        ...axis,
        size: binary ? 76 : 64,
        ...(binary && { incrs: POWERS_OF_TWO }),
        values: (_, splits) => splits.map((value) => write?.(value) ?? String(value)),
      },
    ],
    series: [
      { label: words.now().time, value: (_, at: number | null) => (at === null ? '–' : moment(at)) },
      ...series.map(({ label, color, write, bars: asBars, filled }) => ({
        label,
        stroke: colour(color),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
        ...(filled || asBars ? { fill: `${colour(color)}${asBars ? '' : '33'}` } : {}),
        ...(asBars && bars ? { paths: bars } : {}),
        value(_: uPlot, drawn: number | null, at: number, index: number | null) {
          const value = index === null ? drawn : (own(at, index) ?? drawn)
          return value === null ? '–' : (write?.(value) ?? String(value))
        },
      })),
    ],
  }
}

const POWERS_OF_TWO = Array.from({ length: 50 }, (_, exponent) => 2 ** exponent)

/** Where the cursor stands. */
function moment(seconds: number): string {
  const { day, clock } = formats(language.now())
  return `${day(seconds * 1_000)} ${clock(seconds * 1_000)}`
}

/** 24 hours, as everywhere else on the page. */
const TIMES: uPlot.Axis.Values = [
  [86_400, '{MM}-{DD}', null, null, null, null, null, null, 1],
  [3_600, '{HH}:{mm}', '\n{MM}-{DD}', null, null, null, null, null, 1],
  [60, '{HH}:{mm}', '\n{MM}-{DD}', null, null, null, null, null, 1],
  [1, '{HH}:{mm}:{ss}', '\n{MM}-{DD}', null, null, null, null, null, 1],
]
