import classes from './events.module.css'
import { lookOf, SIGN } from './looks'

/** The sign of a kind of event, as on the strip. */
export function Sign({ type }: { type: string }) {
  const { shape, colour } = lookOf(type)
  return (
    <span aria-hidden className={classes.sign} style={{ color: colour }}>
      {SIGN[shape]}
    </span>
  )
}
