/** The list of alerts as they change: pure, so that what an answer and a feed tell is put together alike. */
import type { Alert } from './documents'

/** An older word about an alert says nothing. */
export function taken(known: readonly Alert[], told: readonly Alert[]): Alert[] {
  const all = new Map(known.map((alert) => [alert.id, alert]))
  for (const alert of told) {
    const have = all.get(alert.id)
    // Its rule was adjusted, and it was never raised.
    if (alert.times === 0) continue
    if (!have || BigInt(alert.position) >= BigInt(have.position)) all.set(alert.id, alert)
  }
  return [...all.values()].sort((a, b) => Date.parse(b.raisedAt ?? '') - Date.parse(a.raisedAt ?? ''))
}
