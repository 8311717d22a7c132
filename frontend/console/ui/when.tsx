import { useNow } from '../graphql/clock'
import { useFormat } from '../i18n/format'

/** A moment, relative to now; exactly, here and in UTC, on hover. */
export function When({ at }: { at: string }) {
  const now = useNow()
  const format = useFormat()
  return (
    <time dateTime={at} title={format.exact(at)} className="figures">
      {format.relative(at, now)}
    </time>
  )
}

/** A moment by the clock: `12:03:11`. */
export function Clock({ at }: { at: string }) {
  const format = useFormat()
  return (
    <time dateTime={at} title={format.exact(at)} className="figures">
      {format.clock(at)}
    </time>
  )
}
