import { Text, Title } from '@mantine/core'
import { offsetHere, zoneOf } from '../../i18n/clock'

import type { Detail } from './documents'
import classes from './task.module.css'
import { words } from './words'

type Place = Detail['odds'][number]

/** How each region has been lately. No forecast, and the sentence says so by itself. */
export function Odds({ odds }: { odds: Place[] }) {
  const said = words.use()
  if (odds.length === 0) return null
  const some = odds.some(({ launched }) => launched > 0)
  return (
    <section className="card" aria-label={said.odds}>
      <Title order={2} size="h5" mb={4}>
        {said.odds}
      </Title>
      <div className={classes.regions}>
        {odds.map((place) => (
          <div key={place.region}>
            <Text size="sm">{place.text}</Text>
            {place.launched > 0 && <Hours place={place} />}
          </div>
        ))}
      </div>
      {some && (
        <Text size="xs" c="dimmed" mt="xs">
          {said.oddsText(zoneOf(offsetHere()))}
        </Text>
      )}
    </section>
  )
}

function Hours({ place: { region, launchedByHour, window } }: { place: Place }) {
  const said = words.use()
  const most = Math.max(1, ...launchedByHour)
  const list = launchedByHour.flatMap((count, hour) => (count > 0 ? [said.hour(hour, count)] : [])).join(', ')
  return (
    <div className={classes.hours} role="img" aria-label={said.hours(region, list)}>
      {launchedByHour.map((count, hour) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: an hour of the day is its place
          key={hour}
          title={said.hour(hour, count)}
          data-some={count > 0 || undefined}
          data-often={(window && within(hour, window)) || undefined}
          style={{ '--height': count / most } as never}
        />
      ))}
      {[0, 6, 12, 18].map((hour) => (
        <span key={`at ${hour}`} className={classes.tick} style={{ gridColumn: hour + 1 }}>
          {hour}
        </span>
      ))}
    </div>
  )
}

/** Hours in a row may pass midnight. */
function within(hour: number, { from, to }: { from: number; to: number }): boolean {
  return from < to ? hour >= from && hour < to : hour >= from || hour < to
}
