import { expect, test } from 'vitest'
import { readFragment } from '../common/address'
import { choose } from '../common/language'
import { resume } from '../common/resume'
import { createMemory } from '../graphiql/memory'

test('a link brings a token, a query, or both, whatever they are written with', () => {
  const query = '# 100% "quoted" + 中文\n{ server { version } }'
  const fragment = `#token=berth_a-b_c&query=${encodeURIComponent(query)}`
  expect(Object.fromEntries(readFragment(fragment))).toEqual({ token: 'berth_a-b_c', query })
  expect([...readFragment('')]).toEqual([])
  expect([...readFragment('#token=%20')]).toEqual([])
})

test('the first language that we speak is spoken', () => {
  expect(choose(['fr', 'zh-TW', 'en'])).toBe('zh-CN')
  expect(choose(['en-GB', 'zh'])).toBe('en')
  expect(choose([])).toBe('en')
})

test('what was typed is never written to the storage of the browser', () => {
  const written = new Map<string, string>()
  const memory = createMemory({
    getItem: (key) => written.get(key) ?? null,
    setItem: (key, value) => written.set(key, value),
    removeItem: (key) => written.delete(key),
  })
  for (const key of ['tabState', 'query', 'variables', 'headers', 'queries', 'theme', 'editorFlex']) {
    memory.setItem(`graphiql:${key}`, 'x')
    expect(memory.getItem(`graphiql:${key}`)).toBe('x')
  }
  expect([...written.keys()]).toEqual(['graphiql:theme', 'graphiql:editorFlex'])
})

test('a feed that declares $after is asked to go on behind the newest batch, at every connect', () => {
  const seen: unknown[] = []
  const sink = { next: (result: unknown) => seen.push(result), error: () => {}, complete: () => {} }
  const query = 'subscription Tail($after: EventPosition) { eventAppended(after: $after) { position } }'
  const feed = resume({ query, variables: { after: '3' } }, sink)
  const sent = () => JSON.parse(JSON.stringify(feed.payload)).variables
  expect(sent()).toEqual({ after: '3' })
  feed.sink.next({ data: { eventAppended: { position: '7' } } })
  expect(sent()).toEqual({ after: '7' })
  feed.sink.next({ data: null })
  expect(sent()).toEqual({ after: '7' })
  expect(seen).toHaveLength(2)
})

test('any other subscription is sent as it was written', () => {
  const payload = { query: 'subscription { projectionChanged { position } }' }
  const sink = { next: () => {}, error: () => {}, complete: () => {} }
  expect(resume(payload, sink)).toEqual({ payload, sink })
})
