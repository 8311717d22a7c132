import { expect, test } from 'vitest'

import { clockOf, momentOf, offsetText, toLocal, zoneOf } from '../console/i18n/clock'

test('a day begins at 00:00 and ends at 24:00', () => {
  expect([0, 485, 1_439, 1_440].map(clockOf)).toEqual(['00:00', '08:05', '23:59', '24:00'])
})

test('a zone is short for people, and exact for the command line', () => {
  expect([0, 480, -210, 345].map(zoneOf)).toEqual(['UTC', 'UTC+8', 'UTC−3:30', 'UTC+5:45'])
  expect([0, 480, -210].map(offsetText)).toEqual(['+00:00', '+08:00', '-03:30'])
})

test('a field of a moment holds it on the clock here, and names the same one again', () => {
  const moment = '2026-11-22T07:08:09.000Z'
  expect(toLocal(moment)).toMatch(/^2026-11-2\dT\d\d:\d\d:09$/)
  expect(momentOf(toLocal(moment))).toBe(moment)
})

test('what is no moment names none', () => {
  expect([undefined, '', 'soon'].map(momentOf)).toEqual([undefined, undefined, undefined])
})
