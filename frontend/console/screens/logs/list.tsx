/** The log as a terminal shows it: the newest at the bottom, followed as long as the reader is there. */
import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { useRef, useState, useSyncExternalStore } from 'react'

import { useValue } from '../../store/value'
import { columns } from './columns'
import type { Log } from './log'
import classes from './logs.module.css'
import { isSameDay, Row } from './row'
import { TOP, toEnd, usePressing, useReader, useRows, useWalking } from './scrolling'
import { Top } from './top'
import { words } from './words'

export function List({ log }: { log: Log }) {
  const said = words.use()
  const host = useRef<HTMLDivElement>(null)
  useSyncExternalStore(log.subscribe, log.versionNow)
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const virtual = useRows(log, host)
  useReader(log, host, virtual)
  usePressing(host, (index) => {
    const line = log.lines.at(index)
    if (!line) return
    log.hold()
    setOpened((opened) => toggled(opened, line.id))
  })
  useWalking(host, virtual)
  return (
    <>
      <div
        ref={host}
        className={classes.list}
        role="log"
        aria-live="off"
        aria-label={said.list}
        tabIndex={0}
        data-testid="log-list"
      >
        <Lines log={log} virtual={virtual} opened={opened} />
      </div>
      {!log.following && (
        <Button
          className={classes.toEnd}
          size="compact-md"
          leftSection={<IconArrowDown size={16} aria-hidden />}
          onClick={() => toEnd(log, virtual)}
        >
          {log.fresh > 0 ? said.fresh(log.fresh) : said.toEnd}
        </Button>
      )}
    </>
  )
}

interface LinesProps {
  log: Log
  virtual: ReturnType<typeof useRows>
  opened: ReadonlySet<number>
}

/** Those that are in sight. */
function Lines({ log, virtual, opened }: LinesProps) {
  const shown = useValue(columns)
  const { lines } = log
  const withDay = lines.oldest !== undefined && !isSameDay(lines.oldest.time, Date.now())
  return (
    <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
      <Top log={log} height={TOP} />
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const line = lines.at(index)
        return line ? (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className={classes.place}
            style={{ transform: `translateY(${start}px)` }}
          >
            <Row
              line={line}
              columns={shown}
              sought={log.filter.search ?? undefined}
              withDay={withDay}
              open={opened.has(line.id)}
            />
          </div>
        ) : null
      })}
    </div>
  )
}

function toggled(opened: ReadonlySet<number>, id: number): ReadonlySet<number> {
  const next = new Set(opened)
  if (!next.delete(id)) next.add(id)
  return next
}
