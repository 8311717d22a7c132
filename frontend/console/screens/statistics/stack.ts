/** Outcomes by how grave they are, drawn one upon the other. Pure. */
import type { Tone } from '../../ui/tone'
import { toneOfOutcome } from '../../ui/tone'
import type { Outcomes, Statistics } from './documents'

/** From the ground up: what is rare and matters stands where it is seen. */
export const TONES: Tone[] = ['got', 'fault', 'throttled', 'miss']

interface Layer {
  tone: Tone
  own: number[]
  /** Up to where it reaches, with all that is beneath. Null: there is nothing to draw. */
  reach: (number | null)[]
}

export function layersOf(series: Statistics['series']): Layer[] {
  const ground = series.map(() => 0)
  return TONES.map((tone) => {
    const own = series.map(({ outcomes }) => countOf(outcomes, tone))
    for (const [index, count] of own.entries()) ground[index] = (ground[index] ?? 0) + count
    return { tone, own, reach: ground.map((count) => (count > 0 ? count : null)) }
  })
}

function countOf(outcomes: Outcomes, tone: Tone): number {
  return outcomes
    .filter(({ outcome }) => toneOfOutcome(outcome) === tone)
    .reduce((sum, { count }) => sum + count, 0)
}
