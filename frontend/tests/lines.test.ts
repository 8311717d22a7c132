import { expect, test } from 'vitest'

import type { Entry } from '../console/screens/logs/documents'
import { type Line, Lines } from '../console/screens/logs/lines'

function entry(position: number, message = `line ${position}`, more: Partial<Entry> = {}): Entry {
  const time = new Date(position * 1_000).toISOString()
  return {
    position: String(position),
    index: 0,
    key: 'attempt.capacity',
    level: 'INFO',
    category: 'GRAB',
    time,
    firstTime: time,
    repeatCount: 1,
    message,
    fields: {},
    actor: 'system',
    task: null,
    tenant: null,
    ...more,
  }
}

const all = (lines: Lines) => Array.from({ length: lines.length }, (_, index) => lines.at(index) as Line)
const shown = (lines: Lines) =>
  all(lines).map(({ message, repeatCount }) => (repeatCount > 1 ? `${message} ×${repeatCount}` : message))

test('a page comes newest first and is shown oldest first, and what comes later goes behind', () => {
  const lines = new Lines(true)
  lines.prepend([entry(3, 'c'), entry(2, 'b')])
  lines.append([entry(4, 'd'), entry(10, 'e')])
  lines.prepend([entry(1, 'a')])
  expect(shown(lines)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('nothing comes twice, whichever way it comes', () => {
  const lines = new Lines(false)
  lines.prepend([entry(9), entry(8)])
  expect(lines.append([entry(8), entry(9), entry(10)])).toBe(1)
  expect(lines.append([entry(10)])).toBe(0)
  expect(lines.prepend([entry(9), entry(8), entry(7)])).toBe(1)
  expect(all(lines).map(({ position }) => position)).toEqual(['7', '8', '9', '10'])
})

test('positions are numbers, however long: 10 comes after 9, and lines of one event in their order', () => {
  const lines = new Lines(false)
  lines.append([entry(9), entry(10, 'first'), entry(10, 'second', { index: 1 })])
  lines.append([
    entry(0, 'far', { position: '9007199254740993' }),
    entry(0, 'next', { position: '9007199254740994' }),
  ])
  expect(shown(lines)).toEqual(['line 9', 'first', 'second', 'far', 'next'])
})

test('a run that goes on replaces its line: the newest, since when, and how many in all', () => {
  const lines = new Lines(true)
  lines.prepend([entry(5, 'full', { repeatCount: 3, firstTime: entry(2).time })])
  const { id } = all(lines)[0] as Line
  expect(
    lines.append([entry(7, 'full', { repeatCount: 2, firstTime: entry(6).time }), entry(8, 'got it')]),
  ).toBe(3)
  expect(shown(lines)).toEqual(['full ×5', 'got it'])
  expect(lines.at(0)).toMatchObject({ id, position: '7', firstTime: entry(2).time, time: entry(7).time })
})

test('a run goes on over the edge of an older page as well', () => {
  const lines = new Lines(true)
  lines.prepend([entry(9, 'got it'), entry(8, 'full', { repeatCount: 2, firstTime: entry(7).time })])
  lines.prepend([entry(6, 'full', { repeatCount: 4, firstTime: entry(3).time }), entry(2, 'started')])
  expect(shown(lines)).toEqual(['started', 'full ×6', 'got it'])
  expect(lines.at(1)).toMatchObject({ position: '8', firstTime: entry(3).time })
})

test('lines that only look alike are not one: another task, another message, or nobody asked to fold', () => {
  const of = (id: string) => ({ task: { id, name: 'task' } })
  const folded = new Lines(true)
  folded.append([entry(1, 'full', of('a')), entry(2, 'full', of('b')), entry(3, 'other', of('b'))])
  expect(shown(folded)).toEqual(['full', 'full', 'other'])
  const plain = new Lines(false)
  plain.append([entry(1, 'full'), entry(2, 'full')])
  expect(shown(plain)).toEqual(['full', 'full'])
})

test('ids go up by one from line to line, so that a line is found by its id without looking', () => {
  const lines = new Lines(true)
  lines.append([entry(10), entry(11)])
  lines.prepend([entry(9), entry(8)])
  lines.append([entry(12)])
  const ids = all(lines).map(({ id }) => id)
  expect(ids).toEqual([-2, -1, 0, 1, 2])
  expect(ids.map((id) => lines.indexOf(id))).toEqual([0, 1, 2, 3, 4])
  lines.keep(2)
  expect(lines.indexOf(2)).toBe(1)
  expect(lines.indexOf(-2)).toBeLessThan(0)
})

test('no more lines are kept than said, and it is the oldest that go', () => {
  const lines = new Lines(true)
  for (let position = 1; position <= 30_000; position += 1) {
    lines.append([entry(position)])
    lines.keep(20_000)
  }
  expect(lines.length).toBe(20_000)
  expect([lines.oldest?.position, lines.newest?.position]).toEqual(['10001', '30000'])
  expect(lines.keep(20_000)).toBe(false)
})

test('where the oldest were dropped, a page that begins with the oldest that is left joins without hole or double', () => {
  const lines = new Lines(true)
  for (let position = 2; position <= 6; position += 1) lines.append([entry(position)])
  lines.append([entry(8, 'full', { repeatCount: 2, firstTime: entry(7).time })])
  lines.append([entry(9, 'got it')])
  lines.keep(2)
  const id = lines.oldest?.id
  lines.join([
    entry(9, 'got it'),
    entry(8, 'full', { repeatCount: 2, firstTime: entry(7).time }),
    entry(6),
    entry(5),
  ])
  expect(shown(lines)).toEqual(['line 5', 'line 6', 'full ×2', 'got it'])
  expect(lines.at(2)?.id).toBe(id)
})
