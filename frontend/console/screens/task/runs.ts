/** Attempts, newest first, and what is folded of them: the eye is kept for faults and for what was got. */
import type { AttemptOutcome } from '../../graphql/enums'
import type { Attempt } from './documents'

/** One as listed. What came by the feed has no cursor. */
export type Listed = Attempt & { cursor?: string }

export interface Run {
  newest: Listed
  oldest: Listed
  count: number
  /** How many in each availability domain, newest first. */
  domains: Map<string, number>
  /** How long the cloud took, all together, and for how many that is known. */
  took: number
  timed: number
}

/** The normal course. Everything else stands by itself: a fault, a doubt, an instance. */
const FOLDED: AttemptOutcome[] = ['CAPACITY', 'THROTTLED']

/** With what was settled since, each once, as of its newest event. */
export function taken(known: Listed[], more: Listed[]): Listed[] {
  const byId = new Map(known.map((attempt) => [attempt.id, attempt]))
  for (const attempt of more) {
    const have = byId.get(attempt.id)
    if (!have || BigInt(have.position) < BigInt(attempt.position)) {
      byId.set(attempt.id, have?.cursor ? { ...attempt, cursor: have.cursor } : attempt)
    }
  }
  return [...byId.values()].sort((a, b) => b.number - a.number)
}

/**
 * Runs of one outcome. A task goes round its availability domains, so a run holds all of them: by domain nothing would ever fold. One that is
 * still out is left to the head of the page.
 */
export function folded(attempts: Listed[]): Run[] {
  const runs: Run[] = []
  for (const attempt of attempts) {
    if (!attempt.outcome) continue
    const run = runs.at(-1)
    if (run && run.newest.outcome === attempt.outcome && FOLDED.includes(attempt.outcome)) add(run, attempt)
    else
      runs.push(
        add({ newest: attempt, oldest: attempt, count: 0, domains: new Map(), took: 0, timed: 0 }, attempt),
      )
  }
  return runs
}

function add(run: Run, attempt: Listed): Run {
  const { availabilityDomain: domain, durationMs } = attempt
  run.oldest = attempt
  run.count += 1
  run.domains.set(domain, (run.domains.get(domain) ?? 0) + 1)
  if (durationMs !== null) {
    run.took += durationMs
    run.timed += 1
  }
  return run
}

/** `zbJV:AP-TOKYO-1-AD-3` is `AD-3`; of several regions, `ap-tokyo-1 AD-3`. Those of one region stand together. */
export function shortDomains(domains: string[], withRegion: boolean): string {
  const places = new Map<string, string[]>()
  for (const domain of domains) {
    const [, region = '', short = domain] = /^(?:[^:]*:)?(.+)-(AD-\d+)$/i.exec(domain) ?? []
    const place = region.toLowerCase()
    places.set(place, [...(places.get(place) ?? []), short].sort())
  }
  return [...places]
    .map(([region, short]) => (withRegion && region ? [region, ...short] : short).join(' '))
    .join(' · ')
}
