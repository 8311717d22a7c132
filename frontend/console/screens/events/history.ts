/** What is asked of one stream's history, and the last answers. */
import { ask } from '../../graphql/asking'
import { language } from '../../i18n/language'
import { type Change, type Moment, StreamChanges, StreamMoment } from './documents'
import { Kept } from './kept'
import type { Point } from './query'

export const moments = new Kept<Moment | null>(50)
export const changes = new Kept<Change[]>(100)

/** Summaries are in the reader's language. */
export const momentKey = (stream: string, point: Point) =>
  `${stream} ${JSON.stringify(point)} ${language.now()}`

export async function loadMoment(stream: string, point: Point): Promise<Moment | null> {
  const { streamSnapshot } = await ask(StreamMoment, { streamId: stream, point })
  if (streamSnapshot) moments.put(momentKey(stream, { version: streamSnapshot.version }), streamSnapshot)
  return streamSnapshot
}

export interface Span {
  from: number
  to: number
}

export const changesKey = (stream: string, { from, to }: Span) => `${stream} ${from}-${to} ${language.now()}`

export async function loadChanges(stream: string, { from, to }: Span): Promise<Change[]> {
  const { streamDiff } = await ask(StreamChanges, {
    streamId: stream,
    from: { version: from },
    to: { version: to },
  })
  return streamDiff
}

export const changesOf = (stream: string, span: Span) =>
  changes.get(changesKey(stream, span), () => loadChanges(stream, span))

/** What one may want to see next, with what made it so. */
export function prefetch(stream: string, { previousVersion, nextVersion }: Moment): void {
  for (const version of [nextVersion, previousVersion]) {
    if (version === null) continue
    const key = momentKey(stream, { version })
    const moment = moments.get(key, () => loadMoment(stream, { version }))
    // Nobody waits for it yet: whoever does asks again, and is told what is wrong.
    moment.then((moment) => moment && changesInto(stream, moment)).catch(() => undefined)
  }
}

const changesInto = (stream: string, { previousVersion, version }: Moment) =>
  previousVersion === null ? undefined : changesOf(stream, { from: previousVersion, to: version })
