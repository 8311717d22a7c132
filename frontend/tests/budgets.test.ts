/** What the first visit costs on the wire, and what the binary carries. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const DIST = join(import.meta.dirname, '../dist')
const KB = 1_024

/** `import … from "./page.js"`, and `import "./page.js"`. What is imported when it is needed has brackets. */
const STATIC = /\b(import|from)\s*"\.\/([^"]+)"/g

const sizeOf = (path: string) => statSync(join(DIST, `${path}.gz`)).size
const textOf = (path: string) => gunzipSync(readFileSync(join(DIST, `${path}.gz`))).toString()
const filesOf = (folder: string) =>
  readdirSync(join(DIST, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.gz'))
    .map((name) => join(folder, name.slice(0, -3)))

/** What the page itself names, and what of it each of these imports before anything is shown. */
function firstLoad(): string[] {
  const named = [...textOf('console/index.html').matchAll(/(?:src|href)="\/([^"]+)"/g)].map(
    (match) => match[1] ?? '',
  )
  return ['console/index.html', ...named.map((name) => `console/${name}`)]
}

test('the first load is at most 260 KB on the wire', () => {
  const files = firstLoad().map((file) => [file, sizeOf(file)] as const)
  const total = files.reduce((sum, [, size]) => sum + size, 0)
  console.log(
    `first load ${Math.round(total / KB)} KB: ${files.map(([file, size]) => `${file} ${size}`).join(', ')}`,
  )
  expect(files.length).toBeGreaterThanOrEqual(5)
  expect(total).toBeLessThanOrEqual(260 * KB)
})

test('no screen that is loaded later is larger than 60 KB, all of them 600, and everything 2.8 MB', () => {
  const first = firstLoad()
  const console_ = filesOf('console').filter((file) => !file.endsWith('.md'))
  const later = console_.filter((file) => !first.includes(file)).map((file) => [file, sizeOf(file)] as const)
  for (const [file, size] of later) expect(size, file).toBeLessThanOrEqual(60 * KB)
  const all = console_.reduce((sum, file) => sum + sizeOf(file), 0)
  console.log(`all of the console ${Math.round(all / KB)} KB`)
  expect(all).toBeLessThanOrEqual(600 * KB)
  const everything = [...filesOf('console'), ...filesOf('graphiql')].reduce(
    (sum, file) => sum + sizeOf(file),
    0,
  )
  expect(everything).toBeLessThanOrEqual(2.8 * KB * KB)
})

test('no file imports itself by way of others, or what it needs first would not be there', () => {
  const scripts = filesOf('console').filter((file) => file.endsWith('.js'))
  const imports = new Map(
    scripts.map((file) => [
      basename(file),
      [...textOf(file).matchAll(STATIC)].map(([, , name = '']) => name),
    ]),
  )
  expect([...imports.values()].flat().length).toBeGreaterThan(scripts.length)
  const follow = (path: string[]): void => {
    for (const next of imports.get(path.at(-1) ?? '') ?? []) {
      expect(path, [...path, next].join(' → ')).not.toContain(next)
      follow([...path, next])
    }
  }
  for (const name of imports.keys()) follow([name])
})

test('no file names another origin to load anything from', () => {
  for (const file of filesOf('console').filter((name) => /\.(html|css)$/.test(name))) {
    expect(textOf(file), file).not.toMatch(
      /(?:src|href)=["']?(?:https?:)?\/\/|@import\s+["'(]|url\(["']?(?:https?:)?\/\//,
    )
  }
})
