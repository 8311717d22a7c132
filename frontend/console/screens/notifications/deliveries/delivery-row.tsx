/** One delivery in a line: when, whether it arrived, what was told, and to whom. Opened, it tells the other side's words. */
import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

import { enums } from '../../../i18n/enums'
import { useFormat } from '../../../i18n/format'
import { Copyable } from '../../../ui/copy'
import { Countdown } from '../../../ui/countdown'
import { FactList } from '../../../ui/facts'
import { TextLink } from '../../../ui/link'
import { saying } from '../../../ui/states'
import { When } from '../../../ui/when'
import classes from './deliveries.module.css'
import { DeliveryMark } from './delivery-mark'
import type { Delivery } from './documents'
import { words } from './words'

interface RowProps {
  delivery: Delivery
  /** Not on the task's own page. */
  withTask?: boolean
}

export function DeliveryRow({ delivery, withTask = false }: RowProps) {
  const format = useFormat()
  const { state, title, channel, task, queuedAt, durationMs } = delivery
  return (
    <li>
      <details>
        <summary className={classes.line}>
          <When at={queuedAt} />
          <DeliveryMark state={state} />
          <span className={classes.title}>{title}</span>
          <span className={classes.channel}>{channel.name}</span>
          <span className={classes.took}>{durationMs === null ? '' : format.milliseconds(durationMs)}</span>
          <Why delivery={delivery} />
        </summary>
        <Details delivery={delivery} />
      </details>
      {withTask && task && (
        <Text size="sm" className={classes.about} component="div">
          {words.use().about}{' '}
          <TextLink to="/tasks/$id" params={{ id: task.id }} size="sm">
            {task.name}
          </TextLink>
        </Text>
      )}
    </li>
  )
}

/** Why it did not arrive, or not yet, and what to do: seen without opening it. */
function Why({ delivery: { state, failureReason, failureHint, response, nextTryAt } }: RowProps) {
  const said = words.use()
  const why = failureReason
    ? saying({ message: failureReason, hint: failureHint })
    : state === 'RETRYING' && response
  if (!why) return null
  return (
    <span className={classes.why}>
      {why}
      {nextTryAt && (
        <>
          {' · '}
          {said.nextTry} <Countdown until={nextTryAt} />
        </>
      )}
    </span>
  )
}

function Details({ delivery }: RowProps) {
  const said = words.use()
  const { topic, severity } = enums.use()
  const { lines, tries, lastTriedAt, httpStatus, response, id } = delivery
  const facts: [string, ReactNode][] = [
    [said.topic, `${topic[delivery.topic]} · ${severity[delivery.severity]}`],
    [said.tries, said.tried(tries)],
  ]
  if (lastTriedAt) facts.push([said.lastTry, <When key="last" at={lastTriedAt} />])
  if (httpStatus !== null) facts.push([said.status, httpStatus])
  if (response) facts.push([said.theirWords, <Copyable key="words" text={response} />])
  facts.push([said.id, <Copyable key="id" text={id} />])
  return (
    <div className={classes.details}>
      <ul className={classes.told}>
        {lines.map(({ label, text }) => (
          <li key={`${label} ${text}`}>
            {label && <b>{said.label(label)}</b>}
            {text}
          </li>
        ))}
      </ul>
      <FactList facts={facts} />
    </div>
  )
}
