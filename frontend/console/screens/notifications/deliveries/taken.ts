/** A list of deliveries as they change: pure, so that what an answer and a feed tell is put together alike. */
import type { Delivery, Filter } from './documents'

/** The one queued last stands first. What does not fit the filter any more goes, and an older word says nothing. */
export function taken(known: readonly Delivery[], told: readonly Delivery[], filter: Filter): Delivery[] {
  const all = new Map(known.map((one) => [one.id, one]))
  for (const one of told) {
    const have = all.get(one.id)
    if (have && BigInt(one.position) < BigInt(have.position)) continue
    if (fits(one, filter)) all.set(one.id, one)
    else all.delete(one.id)
  }
  return [...all.values()].sort((a, b) => latest(b) - latest(a) || b.id.localeCompare(a.id))
}

const latest = ({ queuedAt }: Delivery) => Date.parse(queuedAt)

/** As the server filters: of what a screen asks for. */
function fits({ state, channel, task }: Delivery, { state: states, channelId, taskId }: Filter): boolean {
  const isOneOf = <T>(wanted: readonly T[] | null | undefined, one: T) =>
    !wanted?.length || wanted.includes(one)
  return isOneOf(states, state) && isOneOf(channelId, channel.id) && isOneOf(taskId, task?.id ?? '')
}
