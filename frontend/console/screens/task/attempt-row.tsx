import { Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { CloudWords } from '../../ui/cloud-words'
import { Copyable, shortened } from '../../ui/copy'
import { OutcomeMark } from '../../ui/mark'
import { words as common } from '../../ui/words'
import type { Attempt } from './documents'
import { type Run, shortDomains } from './runs'
import classes from './task.module.css'
import { words } from './words'

interface Props {
  run: Run
  /** The task tries several regions. */
  withRegion: boolean
  /** It may go on further back than is shown. */
  open: boolean
}

/** One attempt, or a run of equal ones. A fault tells why and what to do, a miss needs no words; opened, it tells what the cloud said. */
export function AttemptRow({ run, withRegion, open }: Props) {
  const said = words.use()
  const { cloudWords } = common.use()
  const format = useFormat()
  const { newest, oldest, count, domains, took, timed } = run
  const lasted = (Date.parse(newest.startedAt) - Date.parse(oldest.startedAt)) / 1_000
  const places = [...domains].map(([domain, many]) => `${domain} ×${format.count(many)}`).join('\n')
  const line = (
    <>
      <Moment at={newest.startedAt} />
      {newest.outcome && <OutcomeMark outcome={newest.outcome} />}
      <span className={classes.places} title={places}>
        {shortDomains([...domains.keys()], withRegion)}
        {count > 1 && <b>{` ×${format.count(count)}${open ? '+' : ''}`}</b>}
      </span>
      <span className={classes.lasted}>{count > 1 ? format.duration(lasted) : ''}</span>
      <span className={classes.took} title={said.mean}>
        {timed > 0 ? format.milliseconds(Math.round(took / timed)) : ''}
      </span>
      <Why attempt={newest} />
    </>
  )
  return (
    <li>
      {newest.providerError ? (
        <details>
          <summary className={classes.line} title={cloudWords}>
            {line}
          </summary>
          <div className={classes.told}>
            <CloudWords error={newest.providerError} />
          </div>
        </details>
      ) : (
        <div className={classes.line}>{line}</div>
      )}
      {newest.instanceId && (
        <div className={classes.told}>
          {said.instance}: <Copyable text={newest.instanceId}>{shortened(newest.instanceId)}</Copyable>
        </div>
      )}
    </li>
  )
}

/** By the clock; of another day, with the day. */
function Moment({ at }: { at: string }) {
  const format = useFormat()
  const today = new Date(at).toDateString() === new Date().toDateString()
  return (
    <time dateTime={at} title={format.exact(at)} className="figures">
      {today ? '' : `${format.day(at)} `}
      {format.clock(at)}
    </time>
  )
}

function Why({ attempt: { outcome, reason, hint } }: { attempt: Attempt }) {
  if (outcome === 'CAPACITY' || !reason) return null
  return (
    <span className={classes.why}>
      {reason}
      {hint && (
        <Text span size="sm" c="dimmed" display="block">
          {hint}
        </Text>
      )}
    </span>
  )
}
