/** What changed, newest first. */
import { Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'

import type { Fault } from '../../graphql/fault'
import { useFormat } from '../../i18n/format'
import { Mark } from '../../ui/mark'
import { Failed, Waiting } from '../../ui/states'
import { type Tone, toneOfLevel } from '../../ui/tone'
import { Clock } from '../../ui/when'
import type { Entry } from './documents'
import classes from './overview.module.css'
import { Part } from './part'
import { words } from './words'

const SHOWN = 12

interface JustNowProps {
  entries: Entry[] | undefined
  fault: Fault | undefined
  again(): void
}

export function JustNow({ entries, fault, again }: JustNowProps) {
  const said = words.use()
  return (
    <Part title={said.justNow} more={{ to: '/logs', label: said.toLogs }}>
      {fault && <Failed fault={fault} again={again} />}
      {!entries && !fault && <Waiting rows={5} height={28} />}
      {entries?.length === 0 && (
        <Text c="dimmed" size="sm">
          {said.justNowNone}
        </Text>
      )}
      <ol className={classes.timeline}>
        {entries?.slice(0, SHOWN).map((entry) => (
          <Line key={`${entry.position} ${entry.index}`} entry={entry} />
        ))}
      </ol>
    </Part>
  )
}

/** What makes a person happy is green, also when the log calls it information. */
const GOT = ['grab.succeeded', 'instance.obtained', 'tenant.reinstated']

function Line({ entry }: { entry: Entry }) {
  const said = words.use()
  const format = useFormat()
  const { task, tenant, key, level, message, repeatCount } = entry
  const tone: Tone = GOT.includes(key) ? 'got' : toneOfLevel(level)
  return (
    <li>
      <Clock at={entry.time} />
      <Mark tone={tone} {...(tone === 'throttled' && { sign: '!' })}>
        {null}
      </Mark>
      <span>
        {task ? (
          <Link to="/tasks/$id" params={{ id: task.id }}>
            {task.name}
          </Link>
        ) : (
          tenant && (
            <Link to="/tenants/$id" params={{ id: tenant.id }}>
              {tenant.name}
            </Link>
          )
        )}{' '}
        {message}
        {repeatCount > 1 && <span className="figures"> {said.repeated(format.count(repeatCount))}</span>}
      </span>
    </li>
  )
}
