import { expect, test } from 'vitest'

import { type Caused, causeOf } from '../console/screens/events/cause'
import type { Line } from '../console/screens/events/documents'
import {
  begin,
  HELD,
  KEPT,
  type Page,
  shown,
  waitingIn,
  withNewer,
  withOlder,
} from '../console/screens/events/log'
import { lookOf } from '../console/screens/events/looks'
import {
  asking,
  commandOf,
  filterOf,
  justBefore,
  pointOf,
  tokensOf,
  understand,
} from '../console/screens/events/query'
import {
  kept,
  seen,
  showing,
  versionAt,
  viewAround,
  wholeAt,
  wholeOf,
  xOf,
  zoomed,
} from '../console/screens/events/strip-layout'
import { copied, covers, keysOf, linesOf, pointer, touches } from '../console/screens/events/tree'

const STREAM = 'grab/grab_01M81SHXAEX03HE1441TDY0P8R'

test('the search box takes tokens, and words that say by their form what they are', () => {
  const tokens = (text: string) => understand(text).tokens.map(({ name, value }) => `${name}=${value}`)
  expect(tokens('type:grab.*  stream:a/b,c/d cause:command_1')).toEqual([
    'type=grab.*',
    'stream=a/b',
    'stream=c/d',
    'correlation=command_1',
  ])
  expect(tokens('grab.attempt_settled')).toEqual(['type=grab.attempt_settled'])
  expect(tokens('tenant.*')).toEqual(['type=tenant.*'])
  expect(tokens('grab_01M81SHXAEX03HE1441TDY0P8R')).toEqual([`stream=${STREAM}`])
  expect(tokens('audit/trail')).toEqual(['stream=audit/trail'])
  expect(tokens('command_000660de101fcada')).toEqual(['correlation=command_000660de101fcada'])
  // As it is typed with a Chinese input method.
  expect(tokens('type：grab.*')).toEqual(['type=grab.*'])
  expect(understand('184,022')).toEqual({ tokens: [], position: '184022', unknown: [] })
  expect(understand('東京 out of host').unknown).toEqual(['東京', 'out', 'of', 'host'])
  expect(understand('  ').tokens).toEqual([])
})

test('what is asked for goes into the address and comes back from it', () => {
  const asked = asking(understand('grab.* grab.* tenant.* audit/trail command_1 command_2').tokens)
  expect(asked).toEqual({ stream: 'audit/trail', type: 'grab.*,tenant.*', correlation: 'command_2' })
  expect(asking(tokensOf(asked))).toEqual(asked)
  expect(filterOf(asked)).toEqual({
    streamId: ['audit/trail'],
    type: ['grab.*', 'tenant.*'],
    correlationId: 'command_2',
  })
  expect(filterOf({})).toEqual({})
  expect(commandOf({ stream: STREAM, type: 'grab.*' })).toBe(
    `berth events tail --stream ${STREAM} --type 'grab.*'`,
  )
  expect(commandOf({})).toBe('berth events tail')
})

test('a point is typed as a version, a position or a time', () => {
  expect(pointOf(' v1,234 ')).toEqual({ version: 1234 })
  expect(pointOf('183,991')).toEqual({ position: '183991' })
  expect(pointOf('2026-11-20T09:55:00Z')).toEqual({ at: '2026-11-20T09:55:00.000Z' })
  expect(pointOf('2026-11-20 09:55')).toEqual({ at: new Date('2026-11-20T09:55').toISOString() })
  expect(pointOf('现在')).toBe('now')
  for (const wrong of ['', 'soon', '2026-99-99', 'v']) expect(pointOf(wrong)).toBeUndefined()
  expect(justBefore('9007199254740993')).toBe('9007199254740992')
})

test('JSON is lines with pointers, and folds', () => {
  const value = { 'a/b~c': { deep: [1, { x: null }] }, empty: {}, text: '"' }
  const lines = linesOf(value, new Map())
  expect(lines.map(({ path, depth, leaf }) => [path, depth, leaf])).toEqual([
    ['/a~1b~0c', 0, false],
    ['/a~1b~0c/deep', 1, false],
    ['/a~1b~0c/deep/0', 2, true],
    ['/a~1b~0c/deep/1', 2, false],
    ['/a~1b~0c/deep/1/x', 3, true],
    ['/empty', 0, true],
    ['/text', 0, true],
  ])
  const folded = linesOf(value, new Map([['/a~1b~0c', false]]))
  expect(folded.map(({ path }) => path)).toEqual(['/a~1b~0c', '/empty', '/text'])
  expect(folded[0]).toMatchObject({ open: false, size: 1 })
  expect(linesOf({ long: Array.from({ length: 100 }, (_, at) => at) }, new Map())).toHaveLength(1)
  expect(linesOf('text', new Map())).toEqual([])
  expect(keysOf(pointer('/one', 'a/b~c'))).toEqual(['one', 'a/b~c'])
  expect(copied('as it is')).toBe('as it is')
  expect(copied({ a: 1 })).toBe('{\n  "a": 1\n}')
})

test('a change of the whole is a change of its parts, and a namesake is not', () => {
  expect(covers('/order', '/order/name')).toBe(true)
  expect(covers('/order', '/orders')).toBe(false)
  expect(covers('/order/name', '/order')).toBe(false)
  expect(touches('/order/name', '/order')).toBe(true)
})

/** Versions of a state, and the diff of two of them as the server makes it: objects that come or go are one place. */
function historyOf(states: unknown[]) {
  const asked: [number, number][] = []
  const places = (path: string, before: unknown, after: unknown): string[] => {
    if (JSON.stringify(before) === JSON.stringify(after)) return []
    const both = [before, after].every((side) => typeof side === 'object' && side !== null)
    if (!both) return [path]
    const [one, other] = [before as Record<string, unknown>, after as Record<string, unknown>]
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])]
    return keys.flatMap((key) => places(pointer(path, key), one[key], other[key]))
  }
  const diff = async (from: number, to: number): Promise<Caused[]> => {
    asked.push([from, to])
    return places('', states[from], states[to]).map((path) => {
      const steps = Array.from({ length: to - from }, (_, at) => from + at + 1).filter((version) =>
        places('', states[version - 1], states[version]).some((place) => touches(place, path)),
      )
      return { path, changes: steps.length, causedBy: { version: steps.at(-1) ?? to } }
    })
  }
  return { diff, asked }
}

test('a value is asked who set it, also where it came with a whole object', async () => {
  const states = [
    { state: 'PENDING', last: null, was: { kind: 'A' } },
    { state: 'PENDING', last: { number: 1, outcome: 'x', name: 'n' }, was: { kind: 'A' } },
    { state: 'RUNNING', last: { number: 1, outcome: 'y', name: 'n' }, was: { kind: 'A' } },
    { state: 'RUNNING', last: { number: 2, outcome: 'y', name: 'n' }, was: { kind: 'A' } },
    ...Array.from({ length: 40 }, (_, at) => ({
      state: 'RUNNING',
      last: { number: 2, outcome: at % 2 ? 'y' : 'z', name: 'n' },
      was: { kind: at > 20 ? 'B' : 'A' },
    })),
  ]
  const { diff, asked } = historyOf(states)
  const setBy = async (path: string) => (await causeOf(path, states.length - 1, diff))?.causedBy.version
  expect(await setBy('/state')).toBe(2)
  expect(await setBy('/last/number')).toBe(3)
  expect(await setBy('/last/name')).toBe(1)
  expect(await setBy('/last/outcome')).toBe(43)
  expect(await setBy('/was/kind')).toBe(25)
  // The object was always there: what changed within it last.
  expect(await setBy('/was')).toBe(25)
  expect(await setBy('/none')).toBeUndefined()
  expect(asked.length).toBeLessThan(40)
})

test('where the books are closed, the broad answer is given', async () => {
  const released = async (from: number): Promise<Caused[]> => {
    if (from > 0) throw new Error('released')
    return [{ path: '/last', changes: 5, causedBy: { version: 90 } }]
  }
  expect(await causeOf('/last/number', 99, released)).toMatchObject({ path: '/last' })
})

const line = (position: number): Line => ({
  id: `event_${position}`,
  position: String(position),
  streamId: STREAM,
  version: position,
  type: 'grab.started',
  time: '2026-11-20T09:55:00Z',
  actor: 'system',
  summary: '',
})
const lines = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => line(from + at))
const page = (from: number, to: number): Page => ({
  nodes: lines(from, to),
  pageInfo: { startCursor: from > 1 ? String(from) : null, hasPreviousPage: from > 1 },
})
const positions = (rows: Line[]) => rows.map(({ position }) => Number(position))

test('new events come at the top, or wait while one reads further down', () => {
  const log = begin(page(11, 13))
  expect(positions(log.rows)).toEqual([13, 12, 11])
  // The feed begins before the page ends: what is there already does not come again.
  expect(positions(withNewer(log, lines(12, 14), true).rows)).toEqual([14, 13, 12, 11])
  const reading = withNewer(withNewer(log, [line(14)], false), [line(14), line(15)], false)
  expect(positions(reading.rows)).toEqual([13, 12, 11])
  expect(waitingIn(reading)).toBe(2)
  expect(positions(shown(reading).rows)).toEqual([15, 14, 13, 12, 11])
  expect(withNewer(log, [line(13)], true)).toBe(log)
})

test('a list that runs for days stays small', () => {
  const full = withNewer(begin(page(1, 10)), lines(11, KEPT + 20), true)
  expect(full.rows).toHaveLength(KEPT)
  expect(full.older).toBe('21')
  const away = withNewer(begin(page(1, 10)), lines(11, HELD + 20), false)
  expect(away.held).toHaveLength(0)
  expect(waitingIn(away)).toBe(HELD + 10)
  expect(waitingIn(withNewer(away, lines(HELD + 21, HELD + 22), true))).toBe(HELD + 12)
})

test('reading back drops what is far above, and says where it ends', () => {
  const back = withOlder(begin(page(11, 12)), page(1, 10))
  expect(positions(back.rows)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
  expect(back.older).toBeNull()
  const far = withOlder(begin(page(101, KEPT + 100)), page(1, 100))
  expect(far.rows).toHaveLength(KEPT)
  expect(far.rows.at(-1)?.position).toBe('1')
  expect(waitingIn(far)).toBe(100)
  // A search that found nothing on its page goes on from where it was given up.
  const empty = withOlder(begin(page(101, 102)), {
    nodes: [],
    pageInfo: { startCursor: '40', hasPreviousPage: true },
  })
  expect(empty.older).toBe('40')
})

test('the strip shows what is chosen, and never leaves the history', () => {
  const [last, width] = [100_000, 1_000]
  const view = viewAround(50_000, last, width)
  const x = xOf(50_000, view, width)
  expect(versionAt(x + 1, view, last, width)).toBe(50_000)
  expect(Math.abs(x - width / 2)).toBeLessThan(view.scale)
  expect(showing(50_003, view, last, width)).toEqual(view)
  expect(showing(60_000, view, last, width).centre).toBe(60_000.5)
  expect(seen(viewAround(last, last, width), last, width)[1]).toBe(last)
  expect(versionAt(-500, viewAround(0, last, width), last, width)).toBe(0)
  // Few versions: all of them, from the left, no wider than is pleasant.
  const small = viewAround(2, 3, width)
  expect(xOf(0, small, width)).toBeGreaterThanOrEqual(0)
  expect(seen(small, 3, width)).toEqual([0, 3])
})

test('the wheel keeps what is under the pointer, down to the whole', () => {
  const [last, width] = [100_000, 1_000]
  const view = viewAround(50_000, last, width)
  const closer = zoomed(view, { x: 300, factor: 1.5 }, last, width)
  expect(versionAt(300, closer, last, width)).toBe(versionAt(300, view, last, width))
  const whole = zoomed(view, { x: 300, factor: 1e-9 }, last, width)
  expect(seen(whole, last, width)).toEqual([0, last])
  expect(kept(whole, last, width)).toEqual(whole)
  expect(wholeAt(wholeOf(42_000, last, width), last, width)).toBe(42_000)
  expect(wholeAt(-10, last, width)).toBe(0)
  expect(wholeAt(5_000, last, width)).toBe(last)
})

test('a kind of event always looks the same; attempts are grey', () => {
  expect(lookOf('grab.attempt_settled').colour).toBe(lookOf('grab.attempt_started').colour)
  expect(lookOf('grab.attempt_settled').shape).not.toBe(lookOf('grab.attempt_started').shape)
  expect(lookOf('grab.succeeded')).toEqual(lookOf('grab.succeeded'))
  expect(lookOf('of.tomorrow').colour).toMatch(/^#/)
})
