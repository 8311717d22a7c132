import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { memo } from 'react'

import { two } from '../../i18n/clock'
import { enums } from '../../i18n/enums'
import { useFormat } from '../../i18n/format'
import type { Columns } from './columns'
import { Details } from './details'
import type { Line } from './lines'
import classes from './logs.module.css'
import { words } from './words'

interface RowProps {
  line: Line
  columns: Columns
  /** The text that was searched. */
  sought: string | undefined
  /** Times say their day as well: not all lines are of today. */
  withDay: boolean
  open: boolean
}

/** A line, drawn again only when something of it changes. Pressing it opens it; the list listens for that. */
export const Row = memo(function Row({ line, columns, sought, withDay, open }: RowProps) {
  const said = words.use()
  const { level: levels, category: categories } = enums.use()
  const format = useFormat()
  const { message, level, category, repeatCount } = line
  const Sign = open ? IconChevronDown : IconChevronRight
  return (
    <div className={classes.line} data-level={level} data-got={line.key === 'grab.succeeded' || undefined}>
      <div className={classes.head} data-head data-wrap={columns.wrap || undefined}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={open}
          aria-label={`${said.open}: ${message}`}
        >
          <Sign size={14} aria-hidden />
        </button>
        {columns.time && (
          <time dateTime={line.time} title={format.exact(line.time)} className={classes.time}>
            {withDay ? `${monthAndDay(line.time)} ` : ''}
            {format.clock(line.time)}
          </time>
        )}
        {columns.level && <span className={classes.level}>{levels[level]}</span>}
        {columns.category && <span className={classes.category}>{categories[category]}</span>}
        {columns.task && (
          <span className={classes.task} title={line.task?.name}>
            {line.task?.name ?? line.tenant?.name}
          </span>
        )}
        <span className={classes.said}>
          <span className={classes.message} title={columns.wrap ? undefined : message}>
            <Underlined text={message} sought={sought} />
          </span>
          {repeatCount > 1 && (
            <span className={classes.repeats}>
              <b>×{format.count(repeatCount)}</b> {said.sinceTime(sinceWhen(line, format.clock))}
            </span>
          )}
        </span>
      </div>
      {open && <Details line={line} />}
    </div>
  )
})

/** Where the text contains what was sought, in whatever case. */
function Underlined({ text, sought }: { text: string; sought: string | undefined }) {
  if (!sought) return text
  const pieces = text.split(new RegExp(`(${sought.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')})`, 'iu'))
  // Of what is split at a group, every second piece is the group.
  // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text have no other name
  return pieces.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))
}

function sinceWhen({ firstTime, time }: Line, clock: (time: string) => string): string {
  return isSameDay(firstTime, time) ? clock(firstTime) : `${monthAndDay(firstTime)} ${clock(firstTime)}`
}

export const isSameDay = (one: string | number, other: string | number) =>
  new Date(one).toDateString() === new Date(other).toDateString()

/** `11-22`: read alike in both languages, and of the same width every day. */
function monthAndDay(time: string): string {
  const date = new Date(time)
  return `${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
