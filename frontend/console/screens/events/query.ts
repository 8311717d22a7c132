/** What stands in the search box and in the address, and what it means. No request is made here. */
import { quoted } from '../../ui/command-line'
import type { EventsSearch } from '../search'

/** What the log is narrowed to. Streams and types may be several, by commas. */
export type Asked = Pick<EventsSearch, 'stream' | 'type' | 'correlation'>

export interface Filter {
  streamId?: string[]
  type?: string[]
  correlationId?: string
}

/** One thing that the log is narrowed to, as a chip. */
export interface Token {
  name: keyof Asked
  value: string
}

interface Understood {
  tokens: Token[]
  /** A number alone: the event at this position. */
  position?: string
  /** Words that mean nothing here. */
  unknown: string[]
}

const NAMES: Record<string, keyof Asked> = {
  stream: 'stream',
  type: 'type',
  correlation: 'correlation',
  cause: 'correlation',
}

/** `type:grab.* stream:grab/…`, and words that say by their form what they are. */
export function understand(text: string): Understood {
  const understood: Understood = { tokens: [], unknown: [] }
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const [, name, value] = /^([a-z]+)[:：](.+)$/.exec(word) ?? []
    const known = name && NAMES[name]
    if (known && value) understood.tokens.push(...several(known, value))
    else if (/^[\d,]+$/.test(word)) understood.position = word.replaceAll(',', '')
    else take(understood, word)
  }
  return understood
}

function several(name: keyof Asked, value: string): Token[] {
  const values = name === 'correlation' ? [value] : value.split(',').filter(Boolean)
  return values.map((value) => ({ name, value: name === 'stream' ? streamOf(value) : value }))
}

function take({ tokens, unknown }: Understood, word: string): void {
  if (/^(command|request)_\w+$/.test(word)) tokens.push({ name: 'correlation', value: word })
  else if (/^[a-z]+(\/\w+|_[0-9A-Z]{10,})$/.test(word)) tokens.push({ name: 'stream', value: streamOf(word) })
  else if (/^[a-z]+\.([a-z_]+\*?|\*)$/.test(word)) tokens.push({ name: 'type', value: word })
  else unknown.push(word)
}

/** `grab_01J…` is the stream `grab/grab_01J…`. */
function streamOf(text: string): string {
  return /^[a-z]+_[0-9A-Z]+$/.test(text) ? `${text.slice(0, text.indexOf('_'))}/${text}` : text
}

/** `grab/grab_01J…` → `grab_01J…`: the id of what a stream is about. */
export const thingOf = (stream: string) => stream.slice(stream.indexOf('/') + 1)
export const kindOf = (stream: string) => stream.slice(0, Math.max(0, stream.indexOf('/')))

const listed = (text: string | undefined) => (text ?? '').split(',').filter(Boolean)

export function tokensOf({ stream, type, correlation }: Asked): Token[] {
  return [
    ...listed(stream).map((value): Token => ({ name: 'stream', value })),
    ...listed(type).map((value): Token => ({ name: 'type', value })),
    ...(correlation ? [{ name: 'correlation', value: correlation } as const] : []),
  ]
}

/** With more tokens. Streams and types add up; there is one cause. */
export function asking(tokens: Token[]): Asked {
  const of = (name: keyof Asked) => [
    ...new Set(tokens.filter((token) => token.name === name).map(({ value }) => value)),
  ]
  return {
    stream: of('stream').join(',') || undefined,
    type: of('type').join(',') || undefined,
    correlation: of('correlation').at(-1),
  }
}

export function filterOf({ stream, type, correlation }: Asked): Filter {
  return {
    ...(stream && { streamId: listed(stream) }),
    ...(type && { type: listed(type) }),
    ...(correlation && { correlationId: correlation }),
  }
}

export interface Point {
  version?: number
  position?: string
  at?: string
}

/** A point as somebody types it: `v12`, `183,991`, `2026-11-20 09:55` (here), `now`. */
export function pointOf(text: string): Point | 'now' | undefined {
  const word = text.trim()
  if (/^(now|head|现在)$/i.test(word)) return 'now'
  const version = /^v\s?([\d,]+)$/i.exec(word)?.[1]
  if (version) return { version: Number(version.replaceAll(',', '')) }
  if (/^[\d,]+$/.test(word)) return { position: word.replaceAll(',', '') }
  if (!/^\d{4}-\d\d-\d\d/.test(word)) return undefined
  const time = new Date(word.length === 10 ? `${word}T00:00` : word.replace(' ', 'T'))
  return Number.isNaN(time.getTime()) ? undefined : { at: time.toISOString() }
}

/** The same as a command. */
export function commandOf(asked: Asked): string {
  const said = tokensOf(asked).flatMap(({ name, value }) => {
    if (name === 'correlation') return []
    return [`--${name}`, quoted(value)]
  })
  return ['berth events tail', ...said].join(' ')
}

/** Positions may pass 2^53. */
export const justBefore = (position: string) => String(BigInt(position) - 1n)
