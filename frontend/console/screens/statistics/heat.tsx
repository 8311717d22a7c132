import { Fragment } from 'react'

import { WEEKDAYS } from '../../i18n/clock'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import type { Statistics } from './documents'
import { AsTable, Panel } from './panel'
import { localHour } from './range'
import classes from './statistics.module.css'
import { words } from './words'

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

interface Cell {
  attempts: number
  launched: number
}

interface Line {
  name: string
  /** By the hour here. */
  cells: Cell[]
}

export function RegionHours({ cells }: { cells: Statistics['capacityHeatmap'] }) {
  const said = words.use()
  const regions = [...new Set(cells.map(({ region }) => region))]
  const lines = regions.map((name) => {
    const line = emptyLine(name)
    for (const cell of cells) if (cell.region === name) add(line, localHour(cell.hour, 24), cell)
    return line
  })
  return <HeatMap title={said.heat} note={said.heatText} head={said.region} lines={lines} />
}

export function WeekHours({ hours }: { hours: Statistics['hoursOfWeek'] }) {
  const said = words.use()
  const { weekday: days } = enums.use()
  const lines = WEEKDAYS.map((day) => emptyLine(days[day]))
  for (const { weekday, hour, ...cell } of hours) {
    // A shift of hours may be one of days.
    const here = localHour((weekday - 1) * 24 + hour, 7 * 24)
    const line = lines[Math.floor(here / 24)]
    if (line) add(line, here % 24, cell)
  }
  return <HeatMap title={said.week} head={said.day} lines={lines} />
}

function HeatMap({
  title,
  note,
  head,
  lines,
}: {
  title: string
  note?: string
  head: string
  lines: Line[]
}) {
  const said = words.use()
  const format = useFormat()
  const all = lines.flatMap(({ cells }) => cells)
  const most = Math.max(1, ...all.map(({ attempts }) => attempts))
  const told = ({ attempts, launched }: Cell) => said.cell(format.count(attempts), format.count(launched))
  return (
    <Panel title={title} {...(note && { note })} wide>
      <div className={classes.heat} role="img" aria-label={title}>
        <span className={classes.corner} />
        {HOURS.map((hour) => (
          <span key={hour} className={classes.hour}>
            {hour % 3 === 0 ? hour : ''}
          </span>
        ))}
        {lines.map(({ name, cells }) => (
          <Fragment key={name}>
            <span className={classes.lineName}>{name}</span>
            {cells.map((cell, hour) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: the index is the hour
                key={hour}
                className={classes.cell}
                data-got={cell.launched > 0 || undefined}
                data-tried={cell.attempts > 0 || undefined}
                style={{ '--share': shareOf(cell, most) } as never}
                title={`${name} · ${hour}:00 · ${told(cell)}`}
              >
                {cell.launched > 0 ? format.count(cell.launched) : ''}
              </span>
            ))}
          </Fragment>
        ))}
      </div>
      <AsTable
        label={title}
        heads={[head, said.hour, said.attempts, said.launched, said.share]}
        rows={lines.flatMap(({ name, cells }) =>
          cells.flatMap((cell, hour) => {
            if (cell.attempts + cell.launched === 0) return []
            const share = cell.attempts > 0 ? format.percent(cell.launched / cell.attempts) : said.none
            const numbers = [`${hour}:00`, format.count(cell.attempts), format.count(cell.launched), share]
            return [{ key: `${name} ${hour}`, cells: [name, ...numbers] }]
          }),
        )}
      />
    </Panel>
  )
}

/** How full a cell is painted: of success by how much of it there was, else by how often it was tried. */
function shareOf({ attempts, launched }: Cell, most: number): number {
  return launched > 0 ? Math.min(1, 0.4 + (6 * launched) / Math.max(1, attempts)) : attempts / most
}

const emptyLine = (name: string): Line => ({ name, cells: HOURS.map(() => ({ attempts: 0, launched: 0 })) })

function add({ cells }: Line, hour: number, { attempts, launched }: Cell): void {
  const cell = cells[hour]
  if (!cell) return
  cell.attempts += attempts
  cell.launched += launched
}
