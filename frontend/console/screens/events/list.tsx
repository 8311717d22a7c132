/** The log, drawn as far as it is seen. */
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useLayoutEffect, useRef } from 'react'

import { Clock } from '../../ui/when'
import type { Line } from './documents'
import classes from './events.module.css'
import { waitingIn } from './log'
import { useName } from './names'
import { thingOf } from './query'
import { Sign } from './sign'
import type { Reading } from './use-log'
import { words } from './words'

const [ROW, CARD] = [36, 64]

interface ListProps {
  reading: Reading
  /** The position of the chosen event. */
  chosen: string | undefined
  choose(position: string): void
}

export function List({ reading, chosen, choose }: ListProps) {
  const said = words.use()
  const { log, newer, setAtTop } = reading
  const box = useRef<HTMLDivElement>(null)
  const phone = useMediaQuery('(max-width: 640px)') ?? false
  const rows = log?.rows ?? []
  const height = phone ? CARD : ROW
  const virtual = useVirtualizer({
    count: rows.length + 1,
    getScrollElement: () => box.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.position ?? 'end',
    overscan: 12,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows are of another height
  useEffect(() => virtual.measure(), [height])
  useAnchor(box, rows, height)
  const items = virtual.getVirtualItems()
  useOlderAtEnd(reading, (items.at(-1)?.index ?? 0) >= rows.length - 20)
  useChosenSeen(rows, chosen, (index) => virtual.scrollToIndex(index, { align: 'auto' }))
  const waiting = log ? waitingIn(log) : 0
  return (
    <div className={classes.listFrame}>
      {waiting > 0 && (
        <Pill
          count={waiting}
          show={() => {
            newer()
            box.current?.scrollTo({ top: 0 })
          }}
        />
      )}
      <section
        ref={box}
        className={classes.list}
        aria-label={said.list}
        tabIndex={0}
        onScroll={({ currentTarget }) => setAtTop(currentTarget.scrollTop < height / 2)}
      >
        <ol style={{ height: virtual.getTotalSize() }}>
          {items.map(({ key, index, start }) => {
            const row = rows[index]
            return (
              <li key={key} style={{ transform: `translateY(${start}px)`, height }}>
                {row ? (
                  <Row row={row} chosen={row.position === chosen} choose={choose} />
                ) : (
                  <p>{log?.older ? said.older : said.beginning}</p>
                )}
              </li>
            )
          })}
        </ol>
      </section>
    </div>
  )
}

/** How many wait above, while somebody reads further down. */
function Pill({ count, show }: { count: number; show: () => void }) {
  return (
    <Button
      className={classes.pill}
      radius="xl"
      size="compact-sm"
      leftSection={<IconArrowUp size={14} aria-hidden />}
      onClick={show}
    >
      {words.use().newer(count)}
    </Button>
  )
}

interface RowProps {
  row: Line
  chosen: boolean
  choose: ListProps['choose']
}

const Row = memo(function Row({ row, chosen, choose }: RowProps) {
  const { position, time, type, summary, streamId } = row
  const name = useName(streamId)
  return (
    <button
      type="button"
      className={classes.row}
      aria-current={chosen || undefined}
      onClick={() => choose(position)}
    >
      <Sign type={type} />
      <span className={classes.position}>{position}</span>
      <span className={classes.time}>
        <Clock at={time} />
      </span>
      <span className={classes.type}>{type}</span>
      <span className={classes.summary} title={summary}>
        {summary}
      </span>
      <span className={classes.name} title={streamId}>
        {name || thingOf(streamId)}
      </span>
    </button>
  )
})

/** Rows that go from the top do not move those that are read. */
function useAnchor(box: React.RefObject<HTMLDivElement | null>, rows: Line[], height: number): void {
  const before = useRef<Line[]>([])
  useLayoutEffect(() => {
    const [first, old] = [rows[0], before.current]
    before.current = rows
    if (!first || !box.current || old[0]?.position === first.position) return
    const gone = old.findIndex(({ position }) => position === first.position)
    if (gone > 0) box.current.scrollTop -= gone * height
  }, [box, rows, height])
}

function useOlderAtEnd({ log, older }: Reading, atEnd: boolean): void {
  const more = log?.older
  useEffect(() => {
    if (atEnd && more) older()
  }, [atEnd, more, older])
}

/** When one goes on by keys, the list follows; when the list grows, it does not. */
function useChosenSeen(rows: Line[], chosen: string | undefined, show: (index: number) => void): void {
  const newest = useRef({ rows, show })
  newest.current = { rows, show }
  useEffect(() => {
    const { rows, show } = newest.current
    const index = chosen ? rows.findIndex(({ position }) => position === chosen) : -1
    if (index >= 0) show(index)
  }, [chosen])
}
