/** Which event made a value what it is: the server's diff from the beginning, asked more closely where it answers too broadly. */
import { covers } from './tree'

export interface Caused {
  path: string
  changes: number
  causedBy: { version: number }
}

type Diff<Found> = (from: number, to: number) => Promise<Found[]>

/** The server tells so many differences at most. */
export const TOLD = 500
/** More closely than this is not asked. */
const ASKED = 24

/**
 * From before the first event most things are not there at all, so the diff names the object that a value is in, and its last change. The
 * value itself may be older: it is asked again from points nearer and nearer, until the event is found that set it. Undefined: it was so
 * from the beginning.
 */
export async function causeOf<Found extends Caused>(
  path: string,
  to: number,
  diff: Diff<Found>,
): Promise<Found | undefined> {
  const all = await diff(0, to)
  const broad = find(all, path) ?? newestWithin(all, path)
  if (!broad) return all.length < TOLD ? undefined : closely(path, to, diff)
  if (!covers(broad.path, path) || broad.path === path || broad.changes === 1) return broad
  // What was released from the books cannot be asked for; the broad answer is true as well.
  return (await closely(path, broad.causedBy.version, diff).catch(() => undefined)) ?? broad
}

async function closely<Found extends Caused>(
  path: string,
  last: number,
  diff: Diff<Found>,
): Promise<Found | undefined> {
  let [differs, same, asked] = [0, last, 0]
  for (let step = 1; step < last && asked < ASKED; step *= 2, asked += 1) {
    const found = find(await diff(last - step, last), path)
    if (found?.path === path) return found
    if (found) {
      differs = last - step
      break
    }
    same = last - step
  }
  for (; same - differs > 1 && asked < ASKED; asked += 1) {
    const middle = Math.floor((differs + same) / 2)
    const found = find(await diff(middle, last), path)
    if (found?.path === path) return found
    if (found) differs = middle
    else same = middle
  }
  return same - differs > 1 ? undefined : find(await diff(differs, same), path)
}

/** The narrowest one that covers it. */
function find<Found extends Caused>(changes: Found[], path: string): Found | undefined {
  return changes
    .filter((change) => covers(change.path, path))
    .sort((one, other) => other.path.length - one.path.length)[0]
}

/** Of an object that was always there: what changed in it last. */
function newestWithin<Found extends Caused>(changes: Found[], path: string): Found | undefined {
  return changes
    .filter((change) => covers(path, change.path))
    .sort((one, other) => other.causedBy.version - one.causedBy.version)[0]
}
