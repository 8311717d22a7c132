import { useMemo } from 'react'

import { useFormat } from '../../i18n/format'
import { Chart } from '../../ui/chart'
import type { Tone } from '../../ui/tone'
import type { Statistics } from './documents'
import { AsTable, Panel } from './panel'
import { layersOf, TONES } from './stack'
import { words } from './words'

const COLOR: Record<Tone, string> = {
  got: 'var(--berth-got)',
  fault: 'var(--berth-fault)',
  throttled: 'var(--berth-throttled)',
  miss: 'var(--berth-miss-cell)',
}

/** How attempts ended, slice by slice. */
export function Outcomes({ found: { series } }: { found: Statistics }) {
  const said = words.use()
  const format = useFormat()
  const layers = useMemo(() => layersOf(series), [series])
  const times = useMemo(() => middles(series), [series])
  const write = (value: number) => (Number.isInteger(value) ? format.count(value) : '')
  return (
    <Panel title={said.series} wide>
      <Chart
        label={said.series}
        times={times}
        height={220}
        // The highest is drawn first, so that those beneath it are painted over it.
        series={layers.toReversed().map(({ tone, own, reach }) => ({
          label: said.tone[tone],
          color: COLOR[tone],
          values: reach,
          own,
          write,
          bars: true,
        }))}
      />
      <AsTable
        label={said.series}
        heads={[said.time, ...TONES.map((tone) => said.tone[tone])]}
        rows={series
          .map(({ start }, index) => ({ start, counts: layers.map(({ own }) => own[index] ?? 0) }))
          .filter(({ counts }) => counts.some((count) => count > 0))
          .map(({ start, counts }) => ({
            key: start,
            cells: [`${format.day(start)} ${format.clock(start)}`, ...counts.map(format.count)],
          }))}
      />
    </Panel>
  )
}

/** Bars stand in the middle of their slice. */
function middles(series: Statistics['series']): number[] {
  const starts = series.map(({ start }) => Date.parse(start) / 1_000)
  const width = (starts[1] ?? 0) - (starts[0] ?? 0)
  return starts.map((start) => start + (width > 0 ? width / 2 : 0))
}
