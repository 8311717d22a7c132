/** The machine in four lines: the last quarter of an hour, and now. */
import { Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { Failed, Waiting } from '../../ui/states'
import { FULL } from '../system/figures'
import type { Machine } from '../system/machine'
import { type Figure, type Point, RANGES } from '../system/samples'
import classes from './overview.module.css'
import { Part } from './part'
import { Sparkline } from './sparkline'
import { words } from './words'

export function ThisMachine({ points, newest, fault, again }: Machine) {
  const said = words.use()
  const format = useFormat()
  return (
    <Part title={said.machine} more={{ to: '/system', label: said.toSystem }}>
      {fault && <Failed fault={fault} again={again} />}
      {!newest && !fault && <Waiting rows={3} height={28} />}
      {newest && (
        <div className="figures">
          <Line
            name={said.cpu}
            {...{ points, figure: 'cpu', most: 100 }}
            now={format.percent(newest.cpuPercent / 100)}
          />
          <Line
            name={said.memory}
            {...{ points, figure: 'memory', most: newest.memoryTotalBytes }}
            now={`${format.bytes(newest.memoryUsedBytes)} / ${format.bytes(newest.memoryTotalBytes)}`}
          />
          <Line
            name={said.disk}
            {...{ points, figure: 'disk', most: newest.diskTotalBytes }}
            now={format.percent(newest.diskUsedBytes / newest.diskTotalBytes)}
            isFull={newest.diskUsedBytes / newest.diskTotalBytes > FULL}
          />
          <Line
            name={said.process}
            {...{ points, figure: 'resident' }}
            now={format.bytes(newest.process.residentBytes)}
          />
        </div>
      )}
    </Part>
  )
}

interface LineProps {
  name: string
  now: string
  points: Point[]
  figure: Figure
  most?: number
  isFull?: boolean
}

function Line({ name, now, points, figure, most, isFull = false }: LineProps) {
  return (
    <div className={classes.gauge}>
      <Text span size="sm" c="dimmed">
        {name}
      </Text>
      <Sparkline
        label={`${name}: ${now}`}
        span={RANGES['15m']}
        points={points.map(({ at, figures }) => [at, figures[figure]])}
        {...(most && { most })}
      />
      <Text span size="sm" ta="end" {...(isFull && { c: 'var(--berth-fault-text)' })}>
        {isFull && '! '}
        {now}
      </Text>
    </div>
  )
}
