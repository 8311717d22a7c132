/** JSON as lines that fold, each with its JSON Pointer (RFC 6901): the server names places in a state in the same way. */

export interface TreeLine {
  path: string
  /** Its own name: a key, or a number within a list. Empty: the whole. */
  name: string
  depth: number
  /** A value without parts; an empty object or list is one as well. */
  leaf: boolean
  list: boolean
  /** How many parts it has. */
  size: number
  value: unknown
  open: boolean
}

type Folds = ReadonlyMap<string, boolean>

/** Below this, and larger than that, it is folded at first. */
const DEEP = 4
const LARGE = 40

export function linesOf(value: unknown, folds: Folds): TreeLine[] {
  const lines: TreeLine[] = []
  for (const [name, part] of partsOf(value))
    add(lines, part, { name, path: pointer('', name), depth: 0 }, folds)
  return lines
}

interface Place {
  name: string
  path: string
  depth: number
}

function add(lines: TreeLine[], value: unknown, { name, path, depth }: Place, folds: Folds): void {
  const parts = partsOf(value)
  const leaf = parts.length === 0
  const open = !leaf && (folds.get(path) ?? (depth < DEEP && parts.length <= LARGE))
  lines.push({ path, name, depth, leaf, list: Array.isArray(value), size: parts.length, value, open })
  if (!open) return
  for (const [key, part] of parts)
    add(lines, part, { name: key, path: pointer(path, key), depth: depth + 1 }, folds)
}

function partsOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** Whether two lines look the same. What is within an open one has lines of its own. */
export function isSame(one: TreeLine, other: TreeLine): boolean {
  const alike =
    one.path === other.path &&
    one.depth === other.depth &&
    one.leaf === other.leaf &&
    one.list === other.list &&
    one.size === other.size &&
    one.open === other.open
  if (!alike || (one.open && !one.leaf)) return alike
  return one.leaf ? inLine(one.value) === inLine(other.value) : one.value === other.value
}

export const pointer = (parent: string, key: string) =>
  `${parent}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Whether a change at one place is a change of what stands at the other, or around it. */
export const covers = (change: string, path: string) => path === change || path.startsWith(`${change}/`)

/** Whether something within a place changed, or the place itself. */
export const touches = (change: string, path: string) => covers(change, path) || covers(path, change)

/** Keys of a path, to be read: `order › spec › shape`. */
export const keysOf = (path: string) =>
  path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))

/** As it is copied: text as it is, the rest as JSON. */
export const copied = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))

/** In one line. */
export const inLine = (value: unknown) => (value === undefined ? '' : JSON.stringify(value))
