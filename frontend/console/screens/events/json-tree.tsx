import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { memo, type ReactNode, useCallback, useState } from 'react'

import { copy } from '../../ui/clipboard'
import { say } from '../../ui/toast'
import { words as common } from '../../ui/words'
import classes from './json-tree.module.css'
import { copied, inLine, isSame, linesOf, type TreeLine } from './tree'
import { words } from './words'

interface JsonTreeProps {
  label: string
  value: unknown
  /** A value was pressed. Without it, pressing copies the value. */
  onValue?: (path: string) => void
  /** Beneath a line. */
  under?: (path: string) => ReactNode
  /** Lines that stand out, and why. */
  isMarked?: (path: string) => boolean
  mark?: string
}

/** JSON that folds. A key copies its path, a value itself. */
export function JsonTree({ label, value, onValue, under, isMarked, mark }: JsonTreeProps) {
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map())
  const fold = useCallback(
    (path: string, open: boolean) => setFolds((folds) => new Map(folds).set(path, open)),
    [],
  )
  return (
    <ul className={classes.tree} aria-label={label}>
      {linesOf(value, folds).map((line) => (
        <Line
          key={line.path}
          line={line}
          fold={fold}
          onValue={onValue}
          under={under?.(line.path)}
          mark={isMarked?.(line.path) ? mark : undefined}
        />
      ))}
    </ul>
  )
}

interface LineProps {
  line: TreeLine
  fold: (path: string, open: boolean) => void
  onValue: JsonTreeProps['onValue']
  under: ReactNode
  mark: string | undefined
}

/** From one moment to the next most lines stay as they are, and are not drawn anew. */
const Line = memo(
  LineOfTree,
  (one, other) =>
    isSame(one.line, other.line) &&
    one.mark === other.mark &&
    one.under === other.under &&
    one.onValue === other.onValue,
)

function LineOfTree({ line, fold, onValue, under, mark }: LineProps) {
  const said = words.use()
  const { path, name, depth, leaf, open } = line
  const sign = open ? said.fold : said.unfold
  return (
    <li data-marked={mark && true} style={{ '--depth': depth } as never}>
      <div className={classes.line}>
        {leaf ? (
          <span className={classes.toggle} />
        ) : (
          <button
            type="button"
            className={classes.toggle}
            aria-label={`${sign}: ${name}`}
            aria-expanded={open}
            onClick={() => fold(path, !open)}
          >
            {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
          </button>
        )}
        <button
          type="button"
          className={classes.key}
          title={`${said.copyPath}: ${path}`}
          onClick={() => take(path)}
        >
          {name}
        </button>
        {mark && (
          <span className={classes.mark} role="img" aria-label={mark} title={mark}>
            ●
          </span>
        )}
        <Value line={line} onValue={onValue} />
      </div>
      {under}
    </li>
  )
}

function Value({ line, onValue }: { line: TreeLine; onValue: JsonTreeProps['onValue'] }) {
  const said = words.use()
  const { path, value, leaf, list, size, open } = line
  if (!leaf && open) return null
  const whole = () => (list ? `[ ${said.wrapped(size)} ]` : `{ ${said.wrapped(size)} }`)
  return (
    <button
      type="button"
      className={classes.value}
      data-kind={leaf ? kindOf(value) : 'whole'}
      title={onValue ? said.whyAsk : said.copyValue}
      onClick={() => (onValue ? onValue(path) : take(copied(value)))}
    >
      {leaf ? inLine(value) : whole()}
    </button>
  )
}

const kindOf = (value: unknown) => (value === null ? 'null' : typeof value)

async function take(text: string): Promise<void> {
  if (await copy(text)) say(`${common.now().copied}: ${text.length > 80 ? `${text.slice(0, 80)}…` : text}`)
}
