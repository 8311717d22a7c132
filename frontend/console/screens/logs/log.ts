/**
 * One question to the log and all that came of it: the newest lines, older ones as they are wanted, and what is written since. Changes are told
 * once a frame, however many come; the list asks for the lines it shows.
 */
import { ask } from '../../graphql/asking'
import type { Fault } from '../../graphql/fault'
import { type Batch, type Entry, type Filter, LogPage, type Page } from './documents'
import { Lines } from './lines'

const FIRST = 200
const MORE = 500
/** While one follows, older lines go. Whoever scrolls back gets them again. */
const FOLLOWING = 20_000
/** While one reads, nothing may be taken away, but memory has an end. */
const READING = 120_000
/** Pages that are asked in a row for a screenful: of one long run each gives little. A text is looked for until it is found. */
const PAGES_IN_A_ROW = 10
const SCREENFUL = 60
/** A page that looks for a text looks at so many lines, as the schema says. */
export const LOOKED_AT_ONCE = 40_000
/** While one reads further up, what is written below shows only in the scroll bar and on the button. */
const CALM_MS = 250
/** An opened line has its height by then. */
const GROWING_MS = 400

type Looking = 'no' | 'yes' | 'stopped'

let questions = 0

export class Log {
  /** Tells one question from the next. */
  readonly serial = ++questions
  readonly lines: Lines
  /** Goes up with every change that is to be seen. */
  version = 0
  /** True as of here: the feed goes on after it. */
  position: string | undefined
  fault: Fault | undefined
  hasOlder = true
  looking: Looking = 'no'
  /** How many pages were asked for. */
  pages = 0
  following = true
  /** Lines of the log that were written while somebody read further up. */
  fresh = 0
  /** What was written last is not among the lines: whoever goes to the end must ask anew. */
  severed = false

  private readonly listeners = new Set<() => void>()
  private cursor: string | null = null
  private older: Filter
  /** How often older lines were dropped, and of which time the cursor knows: it leads on only from what it came with. */
  private drops = 0
  private dropsOfCursor = 0
  private told = false
  private over = false
  private heldAt = Number.NEGATIVE_INFINITY

  constructor(
    readonly filter: Filter,
    /** Asks anew: too much was written to be told, or to be kept. */
    private readonly onOver: (skipped: number) => void,
  ) {
    this.lines = new Lines(filter.fold !== false)
    this.older = filter
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly versionNow = (): number => this.version

  get isFull(): boolean {
    return this.lines.length >= READING
  }

  /** The newest page; more of them go on being asked until there is a screenful. */
  async open(): Promise<void> {
    try {
      const page = await this.page(FIRST)
      this.position = page.position
      this.lines.prepend(page.nodes)
      if (this.lines.length < SCREENFUL && this.hasOlder) void this.goBack()
    } catch (fault) {
      this.fault = fault as Fault
    }
    this.changed()
  }

  /** Asks for older lines until there is a screenful more, or it is stopped. */
  async goBack(): Promise<void> {
    if (this.looking === 'yes' || !this.hasOlder || this.isFull) return
    this.looking = 'yes'
    this.fault = undefined
    this.changed()
    try {
      await this.lookBack()
    } catch (fault) {
      this.fault = fault as Fault
      this.looking = 'stopped'
    }
    if (this.looking === 'yes') this.looking = 'no'
    this.changed()
  }

  stop(): void {
    this.looking = 'stopped'
    this.changed()
  }

  /** What the feed brings. */
  take({ entries, skipped }: Batch): void {
    if (this.following && skipped > 0) {
      this.anew(skipped)
    } else if (this.following) {
      this.lines.append(entries)
      this.trim()
      this.changed()
    } else {
      this.severed ||= skipped > 0 || this.isFull
      if (!this.severed) this.lines.append(entries)
      this.fresh += count(entries) + skipped
      this.changed(CALM_MS)
    }
  }

  /** A line was opened: it must not run away, nor count as a way to the end because the list grew under the reader. */
  hold(): void {
    this.heldAt = performance.now()
    this.follow(false)
  }

  /** The list was scrolled to its end. */
  reachEnd(): void {
    if (performance.now() - this.heldAt > GROWING_MS) this.follow(true)
  }

  /** The reader is at the end, or left it. */
  follow(following: boolean): void {
    if (this.following === following) return
    this.following = following
    if (following && this.severed) {
      this.anew(0)
    } else if (following) {
      this.fresh = 0
      this.trim()
    }
    this.changed()
  }

  private trim(): void {
    if (!this.lines.keep(FOLLOWING)) return
    this.drops += 1
    this.hasOlder = true
  }

  private anew(skipped: number): void {
    if (!this.over) this.onOver(skipped)
    this.over = true
  }

  private async lookBack(): Promise<void> {
    const most = this.filter.search ? Number.POSITIVE_INFINITY : PAGES_IN_A_ROW
    let made = 0
    for (let pages = 0; pages < most && made < SCREENFUL; pages += 1) {
      if (this.looking !== 'yes' || !this.hasOlder) return
      made += await this.takeOlder()
      this.changed()
    }
  }

  private async takeOlder(): Promise<number> {
    const { drops, lines } = this
    const joins = drops !== this.dropsOfCursor
    if (joins) {
      this.cursor = null
      this.older = { ...this.filter, time: { ...this.filter.time, to: justAfter(lines.oldest) } }
    }
    const { nodes } = await this.page(MORE)
    // The reader went to the end meanwhile: what came lies no longer before what is left.
    if (drops !== this.drops) return 0
    this.dropsOfCursor = drops
    return joins ? lines.join(nodes) : lines.prepend(nodes)
  }

  private async page(first: number): Promise<Page> {
    const { logs } = await ask(LogPage, { filter: this.older, first, after: this.cursor })
    this.pages += 1
    this.cursor = logs.pageInfo.endCursor
    this.hasOlder = logs.pageInfo.hasNextPage
    return logs
  }

  private changed(calm = 0): void {
    if (this.told) return
    this.told = true
    const tell = () => {
      this.told = false
      this.version += 1
      for (const listener of this.listeners) listener()
    }
    if (calm > 0) setTimeout(tell, calm)
    else requestAnimationFrame(tell)
  }
}

const count = (entries: readonly Entry[]) => entries.reduce((sum, { repeatCount }) => sum + repeatCount, 0)

/** Times are in milliseconds: what was written in the same one as the line belongs to the page as well. */
function justAfter(line: Entry | undefined): string | undefined {
  return line && new Date(new Date(line.time).getTime() + 1).toISOString()
}
