/**
 * The lines that the page holds, oldest first, in one array that is changed in place: a batch costs what it brings, and not what is there. Knows
 * neither the server nor React.
 */
import type { Entry } from './documents'

export interface Line extends Entry {
  /** Its place among the lines of this page: goes up by one from each to the next, and stays while a run grows. */
  id: number
}

export class Lines {
  private readonly lines: Line[] = []

  /** With `fold`, equal neighbours are one line, also where one came by a page and the other by the feed. */
  constructor(private readonly fold: boolean) {}

  get length(): number {
    return this.lines.length
  }

  at(index: number): Line | undefined {
    return this.lines[index]
  }

  get oldest(): Line | undefined {
    return this.lines[0]
  }

  get newest(): Line | undefined {
    return this.lines.at(-1)
  }

  /** Where a line stands now; outside of the list when it was dropped. */
  indexOf(id: number): number {
    return id - (this.oldest?.id ?? 0)
  }

  /** What is newer than all that is there, oldest first. Answers how many lines of the log it stands for. */
  append(entries: readonly Entry[]): number {
    let written = 0
    for (const entry of entries) {
      const { newest } = this
      if (newest && !isBefore(newest, entry)) continue
      written += entry.repeatCount
      if (newest && this.fold && areEqual(newest, entry)) {
        this.lines[this.lines.length - 1] = joined(newest, entry, newest.id)
      } else {
        this.lines.push({ ...entry, id: (newest?.id ?? -1) + 1 })
      }
    }
    return written
  }

  /** What is older than all that is there, newest first, as pages of the log come. Answers how many lines it made. */
  prepend(entries: readonly Entry[]): number {
    const older: Line[] = []
    for (const entry of entries) {
      const next = older.at(-1) ?? this.oldest
      if (next && !isBefore(entry, next)) continue
      if (next && this.fold && areEqual(entry, next)) {
        const run = joined(entry, next, next.id)
        if (older.length > 0) older[older.length - 1] = run
        else this.lines[0] = run
      } else {
        older.push({ ...entry, id: (next?.id ?? 0) - 1 })
      }
    }
    this.lines.unshift(...older.reverse())
    return older.length
  }

  /**
   * As `prepend`, where the oldest were dropped: how much of the oldest line that is left lies before it nobody knows, so that line is taken
   * from the page as well.
   */
  join(entries: readonly Entry[]): number {
    const { oldest } = this
    if (!oldest) return this.prepend(entries)
    const older = entries.filter((entry) => !isBefore(oldest, entry))
    // The page does not reach it: it was dropped on the server meanwhile, and stays here.
    if (older.length === 0 || isBefore(older[0] as Entry, oldest)) return this.prepend(older)
    this.lines.shift()
    return this.prepend(older) - 1
  }

  /** Drops the oldest, so that no more than so many are left. Answers whether it had to. */
  keep(most: number): boolean {
    const over = this.lines.length - most
    if (over <= 0) return false
    this.lines.splice(0, over)
    return true
  }
}

/** A run is the newest of its lines, since when it runs, and how many they are. */
function joined(older: Entry, newer: Entry, id: number): Line {
  return { ...newer, id, firstTime: older.firstTime, repeatCount: older.repeatCount + newer.repeatCount }
}

/** Whether one was written before the other: never both at once. */
function isBefore(one: Entry, other: Entry): boolean {
  return one.position === other.position
    ? one.index < other.index
    : BigInt(one.position) < BigInt(other.position)
}

/** Whether two say the same, whenever they say it: as the server folds. */
function areEqual(one: Entry, other: Entry): boolean {
  return (
    one.key === other.key &&
    one.message === other.message &&
    one.level === other.level &&
    one.category === other.category &&
    one.actor === other.actor &&
    one.task?.id === other.task?.id &&
    one.tenant?.id === other.tenant?.id
  )
}
