/** Where each version of a stream stands on the strip. Version 0 is before the first event; version v stands from v to v + 1. */

export interface View {
  /** The version in the middle, with a fraction. */
  centre: number
  /** Pixels for each version. */
  scale: number
}

const WIDEST = 32
/** Free at both ends, so that the first and the last are seen whole. */
const EDGE = 8
/** From here on a box has its own shape; beneath, it is a column. */
export const SHAPED = 7

/** As wide as is pleasant, around what is chosen. */
export function viewAround(chosen: number, last: number, width: number): View {
  const scale = Math.min(WIDEST, Math.max(14, width / (last + 1)))
  return kept({ centre: chosen + 0.5, scale }, last, width)
}

/** Never further out than the whole, nor beyond its ends. */
export function kept({ centre, scale }: View, last: number, width: number): View {
  const most = last + 1
  const fitting = Math.min(WIDEST, Math.max(scale, Math.min(WIDEST, (width - 2 * EDGE) / most)))
  const half = (width / 2 - EDGE) / fitting
  return {
    scale: fitting,
    // A short history begins at the left.
    centre: half * 2 >= most ? half : Math.min(most - half, Math.max(half, centre)),
  }
}

export const xOf = (version: number, { centre, scale }: View, width: number) =>
  (version - centre) * scale + width / 2

export function versionAt(x: number, { centre, scale }: View, last: number, width: number): number {
  const version = Math.floor(centre + (x - width / 2) / scale)
  return Math.min(last, Math.max(0, version))
}

/** The versions that are seen. */
export function seen({ centre, scale }: View, last: number, width: number): [first: number, last: number] {
  const half = width / scale / 2
  return [Math.max(0, Math.floor(centre - half)), Math.min(last, Math.ceil(centre + half))]
}

/** Closer or further; what is under the pointer stays there. */
export function zoomed(
  view: View,
  { x, factor }: { x: number; factor: number },
  last: number,
  width: number,
): View {
  const under = view.centre + (x - width / 2) / view.scale
  const { scale } = kept({ ...view, scale: view.scale * factor }, last, width)
  return kept({ scale, centre: under - (x - width / 2) / scale }, last, width)
}

/** Shows what is chosen, and moves only if it must. */
export function showing(version: number, view: View, last: number, width: number): View {
  const x = xOf(version + 0.5, view, width)
  const edge = Math.min(60, width / 6)
  const inside = x > edge && x < width - edge
  return kept(inside ? view : { ...view, centre: version + 0.5 }, last, width)
}

/** On the line of the whole history beneath: the version at a place, and the place of a version. */
export const wholeAt = (x: number, last: number, width: number) =>
  Math.min(last, Math.max(0, Math.round(((x - 8) / Math.max(1, width - 16)) * last)))
export const wholeOf = (version: number, last: number, width: number) =>
  8 + (version / Math.max(1, last)) * (width - 16)
