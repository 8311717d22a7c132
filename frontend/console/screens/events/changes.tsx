/** What differs between two points, place by place, each with the event that did it. */
import { Stack, Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { Failed, Waiting } from '../../ui/states'
import { TOLD } from './cause'
import classes from './changes.module.css'
import type { Change } from './documents'
import { changes, changesKey, loadChanges, type Span } from './history'
import { useKept } from './kept'
import { Sign } from './sign'
import { inLine, keysOf } from './tree'
import { words } from './words'

interface ChangesProps {
  stream: string
  span: Span
  /** What to say where nothing differs. */
  none: string
  go(version: number): void
}

export function Changes({ stream, span, none, go }: ChangesProps) {
  const said = words.use().travel
  const { value, fault } = useKept(changes, changesKey(stream, span), () => loadChanges(stream, span))
  if (fault) return <Failed fault={fault} />
  if (!value) return <Waiting rows={4} />
  if (value.length === 0) return <Text c="dimmed">{none}</Text>
  return (
    <Stack gap="xs">
      <ul className={classes.changes}>
        {value.map((change) => (
          <ChangeLine key={change.path} change={change} go={go} />
        ))}
      </ul>
      {value.length >= TOLD && <Text size="sm">{said.many}</Text>}
    </Stack>
  )
}

const SIGNS = { gone: '−', come: '+', changed: '~' } as const

function kindOf({ before, after }: Change): keyof typeof SIGNS {
  if (before === null) return 'come'
  return after === null ? 'gone' : 'changed'
}

function ChangeLine({ change, go }: { change: Change; go: ChangesProps['go'] }) {
  const said = words.use().travel
  const { path, before, after, changes: times } = change
  const kind = kindOf(change)
  return (
    <li data-kind={kind}>
      <span className={classes.sign} role="img" aria-label={said.sign[kind]} title={said.sign[kind]}>
        {SIGNS[kind]}
      </span>
      <div>
        <div className={classes.values}>
          <Text component="span" className="mono" fw={600} title={path}>
            {keysOf(path).join(' › ')}
          </Text>
          {before !== null && <Value value={before} kind="gone" />}
          {before !== null && after !== null && <span aria-hidden>→</span>}
          {after !== null && <Value value={after} kind="come" />}
        </div>
        <Cause change={change} go={go} />
        {times > 1 && (
          <Text component="span" size="sm" c="dimmed" className="figures">
            {' '}
            · {said.times(times)}
          </Text>
        )}
      </div>
    </li>
  )
}

/** A long one folds. */
function Value({ value, kind }: { value: unknown; kind: 'gone' | 'come' }) {
  const line = inLine(value)
  if (line.length <= 100) return <code data-kind={kind}>{line}</code>
  return (
    <details>
      <summary>
        <code data-kind={kind}>{line.slice(0, 80)}…</code>
      </summary>
      <pre tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
    </details>
  )
}

function Cause({ change: { causedBy }, go }: { change: Change; go: ChangesProps['go'] }) {
  const said = words.use().travel
  const format = useFormat()
  const { type, version, position, time, summary } = causedBy
  return (
    <button
      type="button"
      className={classes.cause}
      title={`${summary} · ${format.exact(time)} — ${said.goThere}`}
      onClick={() => go(version)}
    >
      ← <Sign type={type} /> <span className="mono">{type}</span> @{position} · {format.clock(time)}
    </button>
  )
}
