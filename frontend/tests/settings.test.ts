import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'

import { agentName } from '../console/screens/settings/account/agent'
import { expiresAt } from '../console/screens/settings/account/expiry'
import { qrCode } from '../console/screens/settings/account/qr-code'

const drawn = (text: string) => qrCode(text)?.map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))

/** As `qrcode-generator` 2.0 draws it, where both choose the same mask. */
const KNOWN = `
#######.#...#.#######
#.....#.#.###.#.....#
#.###.#.#.#.#.#.###.#
#.###.#.##..#.#.###.#
#.###.#..#....#.###.#
#.....#.##..#.#.....#
#######.#.#.#.#######
.........###.........
##..###.....#..#.####
..#..#....##.#.####..
##.#.###.##...####.#.
#.#..#.##..#...##..##
..###.##.#.###..##...
........#.##....#.##.
#######..#...##.##.#.
#.....#.#.#.#..##..#.
#.###.#.#..#.#.#...##
#.###.#..##....##.#.#
#.###.#......##.#....
#.....#.##.#.#..#....
#######.##.##..#.#..#`.trim()

test('a QR code is drawn as others draw it, in one block and in two', () => {
  expect(drawn('otpauth://totp/Be')?.join('\n')).toBe(KNOWN)
  const url = (name: string) =>
    `otpauth://totp/Berth:${name}?secret=B6BUAJHPN33566LE5YFQTARI4YKC4DID&issuer=Berth`
  const digest = (name: string) =>
    createHash('sha256')
      .update(drawn(url(name))?.join('\n') ?? '')
      .digest('hex')
  expect(digest('erin')).toMatch(/^921090cc9c0f/)
  expect(digest('carol')).toMatch(/^314661fce5d6/)
  expect(digest('somebody-with-a-rather-very-long-name-x')).toMatch(/^b0680de861b2/)
})

test('a QR code grows with its text, and there is none of a text that is too long', () => {
  const size = (bytes: number) => qrCode('x'.repeat(bytes))?.length
  expect([0, 17, 18, 32, 33, 53, 54, 78, 79, 106, 107, 134].map(size)).toEqual([
    21, 21, 25, 25, 29, 29, 33, 33, 37, 37, 41, 41,
  ])
  expect(qrCode('x'.repeat(135))).toBeNull()
  // Three bytes each.
  expect(qrCode('泊'.repeat(45))).toBeNull()
})

test('a browser is named by what it is, not by what it pretends to be', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36'
  expect(agentName(chrome)).toBe('Chrome · Linux')
  expect(agentName(`${chrome} Edg/140.0`)).toBe('Edge · Linux')
  expect(agentName('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1')).toBe(
    'Safari · macOS',
  )
  expect(agentName('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) FxiOS/140.0 Safari/605.1')).toBe(
    'Firefox · iPhone',
  )
  expect(agentName('curl/8.5.0')).toBe('curl')
  expect(agentName('something else')).toBe('something else')
  expect(agentName('')).toBe('')
})

test('a token lapses so many days from now, or never', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  expect(expiresAt('30', now)).toBe('2026-12-22T10:00:00.000Z')
  expect(expiresAt('never', now)).toBeUndefined()
})
