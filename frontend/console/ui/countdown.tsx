import { useNow } from '../graphql/clock'
import { duration } from '../i18n/format'
import classes from './countdown.module.css'
import { words } from './words'

/** Seconds until a moment, with a ring that empties. Not announced: it would never stop talking. */
export function Countdown({ until, of }: { until: string; of?: number }) {
  const now = useNow()
  const { due } = words.use()
  const left = Math.max(0, (new Date(until).getTime() - now) / 1_000)
  const share = of ? Math.min(1, left / of) : 0
  return (
    <span className={classes.countdown}>
      {of ? (
        <span aria-hidden className={classes.ring} style={{ '--share': `${share}turn` } as never} />
      ) : null}
      <span className="figures">{left < 0.5 ? due : duration(left)}</span>
    </span>
  )
}
