import { Text } from '@mantine/core'

import { useFormat } from '../../i18n/format'
import { Bars } from './bars'
import type { Statistics } from './documents'
import { Panel } from './panel'
import classes from './statistics.module.css'
import { words } from './words'

/** Fewer than this say little. */
const FEW = 5

/** How long it took from the start of a task until its instance ran. */
export function TimeToLaunch({ found }: { found: Statistics['timeToLaunch'] }) {
  const said = words.use()
  const format = useFormat()
  const { count, tenth, median, ninetieth, steps } = found
  if (count === 0) {
    return (
      <Panel title={said.timeToLaunch}>
        <Text c="dimmed">{said.noLaunch}</Text>
      </Panel>
    )
  }
  const rows = steps.map(({ upTo, count }, index) => {
    const before = steps[index - 1]?.upTo ?? 0
    const name = upTo === null ? said.longer(short(before, said.units)) : said.upTo(short(upTo, said.units))
    return { key: name, name, count }
  })
  return (
    <Panel title={said.timeToLaunch} {...(count < FEW && { note: said.fewLaunches(count) })}>
      <dl className={classes.three}>
        {(
          [
            [said.tenth, tenth],
            [said.half, median],
            [said.ninetieth, ninetieth],
          ] as const
        ).map(([name, seconds]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{seconds === null ? said.none : format.duration(seconds)}</dd>
          </div>
        ))}
      </dl>
      <Bars label={said.timeToLaunch} heads={[said.median, said.count]} rows={rows} />
    </Panel>
  )
}

/** `10 min`, `3 d`: steps are whole. */
function short(seconds: number, units: { minute: string; hour: string; day: string }): string {
  if (seconds >= 86_400) return `${seconds / 86_400} ${units.day}`
  return seconds >= 3_600 ? `${seconds / 3_600} ${units.hour}` : `${seconds / 60} ${units.minute}`
}
