import { expect, test } from 'vitest'

import { counted, isSettledAnew, rolled, type Slices } from '../console/store/slices'

const WIDTH = 60
const at = (second: number) => new Date(second * 1_000).toISOString()

/** Three minutes, the last of which begins at the 120th second. */
const minutes = (lastAttempt: Slices['lastAttempt'] = null): Slices => ({
  attemptBuckets: [0, 60, 120].map((second) => ({ start: at(second), outcomes: [] })),
  lastAttempt,
})

const shown = ({ attemptBuckets }: Slices) =>
  attemptBuckets.map(({ outcomes }) => outcomes.map(({ outcome, count }) => `${count} ${outcome}`).join())

const starts = (slices: Slices['attemptBuckets']) => slices.map(({ start }) => Date.parse(start) / 1_000)

test('an attempt is counted in the slice that it began in', () => {
  const one = counted(minutes(), WIDTH, { number: 1, outcome: 'CAPACITY', startedAt: at(70) })
  const two = counted(one, WIDTH, { number: 2, outcome: 'CAPACITY', startedAt: at(119) })
  expect(shown(two)).toEqual(['', '2 CAPACITY', ''])
})

test('an attempt that is still out, or is counted in, counts nothing', () => {
  const slices = minutes({ number: 4, outcome: 'CAPACITY' })
  expect(counted(slices, WIDTH, { number: 5, outcome: null, startedAt: at(130) })).toBe(slices)
  expect(counted(slices, WIDTH, { number: 4, outcome: 'CAPACITY', startedAt: at(130) })).toBe(slices)
})

test('one that was out when the slices were asked for counts once it has ended', () => {
  const slices = minutes({ number: 4, outcome: null })
  const ended = counted(slices, WIDTH, { number: 4, outcome: 'CAPACITY', startedAt: at(130) })
  expect(shown(ended)).toEqual(['', '', '1 CAPACITY'])
})

test('one that begins after the newest slice rolls the slices on', () => {
  const rolledOn = counted(minutes(), WIDTH, { number: 1, outcome: 'CAPACITY', startedAt: at(200) })
  expect(starts(rolledOn.attemptBuckets)).toEqual([60, 120, 180])
  expect(shown(rolledOn)).toEqual(['', '', '1 CAPACITY'])
})

test('one from before the oldest slice is not shown', () => {
  const slices = { ...minutes(), attemptBuckets: minutes().attemptBuckets.slice(1) }
  expect(shown(counted(slices, WIDTH, { number: 1, outcome: 'CAPACITY', startedAt: at(10) }))).toEqual([
    '',
    '',
  ])
})

test('a doubt that is settled otherwise than it was counted is told from news', () => {
  const slices = minutes({ number: 4, outcome: 'IN_DOUBT' })
  expect(isSettledAnew(slices, { number: 4, outcome: 'ACCEPTED' })).toBe(true)
  expect(isSettledAnew(slices, { number: 4, outcome: 'IN_DOUBT' })).toBe(false)
  expect(isSettledAnew(slices, { number: 5, outcome: 'ACCEPTED' })).toBe(false)
  expect(isSettledAnew(minutes({ number: 4, outcome: null }), { number: 4, outcome: 'ACCEPTED' })).toBe(false)
})

test('slices roll on with time, and stay as many', () => {
  const { attemptBuckets } = minutes()
  expect(rolled(attemptBuckets, WIDTH, 179_000)).toBe(attemptBuckets)
  expect(starts(rolled(attemptBuckets, WIDTH, 180_000))).toEqual([60, 120, 180])
  expect(starts(rolled(attemptBuckets, WIDTH, 100_000_000))).toEqual([99_840, 99_900, 99_960])
  expect(rolled([], WIDTH, 180_000)).toEqual([])
})
