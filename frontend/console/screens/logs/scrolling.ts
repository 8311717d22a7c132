/** How the list of lines scrolls: which rows are drawn, when it follows, when it asks for more, and which keys move in it. */
import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef } from 'react'

import { useKeys } from '../../ui/keys'
import type { Log } from './log'

type Host = RefObject<HTMLDivElement | null>
type Rows = Virtualizer<HTMLDivElement, Element>

const ROW = 26
/** On a phone a line takes two. */
const ROW_ON_PHONE = 52
/** What stands above the oldest line. */
export const TOP = 44
/** So near to the end is at it. */
const NEAR = 4
/** Older lines are asked for before the reader is at the top. */
const AHEAD = 600
const FORGET_EACH = 20_000

export function useRows(log: Log, host: Host): Rows {
  const height = useMediaQuery('(max-width: 640px)', false, { getInitialValueInEffect: false })
    ? ROW_ON_PHONE
    : ROW
  const { lines } = log
  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: lines.length,
    getScrollElement: () => host.current,
    estimateSize: useCallback(() => height, [height]),
    // The same function as long as the lines are: a new one would have all of them measured again.
    getItemKey: useCallback((index: number) => lines.at(index)?.id ?? index, [lines]),
    overscan: 12,
    paddingStart: TOP,
    // What is read stays where it is when older lines come above it.
    anchorTo: 'end',
    followOnAppend: log.following,
    scrollEndThreshold: 2 * height,
  })
  useForgetting(log, rows)
  return rows
}

/** Heights of lines that are long gone would be kept for ever. */
function useForgetting(log: Log, rows: Rows): void {
  const forgotten = useRef(0)
  useEffect(() => {
    const oldest = log.lines.oldest?.id ?? 0
    if (!log.following || oldest - forgotten.current < FORGET_EACH) return
    forgotten.current = oldest
    rows.measure()
    rows.scrollToEnd()
  })
}

/** Follows at the end, stops for ever when the reader scrolls up, and asks for older lines near the top. */
export function useReader(log: Log, host: Host, rows: Rows): void {
  const newest = useRef(rows)
  newest.current = rows
  useLayoutEffect(() => newest.current.scrollToEnd(), [])
  // A frame that grew or shrank keeps the end in sight.
  useEffect(() => {
    const element = host.current
    if (!element) return
    const observer = new ResizeObserver(() => log.following && newest.current.scrollToEnd())
    observer.observe(element)
    return () => observer.disconnect()
  }, [log, host])
  useEffect(() => {
    const element = host.current
    if (!element) return
    let before = element.scrollTop
    const onScroll = () => {
      const { scrollTop, scrollHeight, clientHeight } = element
      const left = scrollHeight - clientHeight - scrollTop
      if (scrollTop < before - 1 && left > NEAR) log.follow(false)
      else if (scrollTop > before && left <= NEAR) log.reachEnd()
      before = scrollTop
      if (scrollTop < AHEAD && !log.following && log.looking === 'no') void log.goBack()
    }
    // A turn of the wheel counts even where a batch that came in the same frame took the list down again.
    const onWheel = ({ deltaY }: WheelEvent) => {
      if (deltaY < 0 && element.scrollHeight > element.clientHeight) log.follow(false)
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    element.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      element.removeEventListener('scroll', onScroll)
      element.removeEventListener('wheel', onWheel)
    }
  }, [log, host])
}

export function toEnd(log: Log, rows: Rows): void {
  log.follow(true)
  rows.scrollToEnd()
}

/** A row is pressed anywhere: not a link in it, and not when its text was just selected. */
export function usePressing(host: Host, onPress: (index: number) => void): void {
  const newest = useRef(onPress)
  newest.current = onPress
  useEffect(() => {
    const element = host.current
    if (!element) return
    const listen = ({ target }: MouseEvent) => {
      if (!(target instanceof Element) || getSelection()?.toString()) return
      const head = target.closest('[data-head]')
      const index = head?.closest('[data-index]')?.getAttribute('data-index')
      if (index) newest.current(Number(index))
    }
    element.addEventListener('click', listen)
    return () => element.removeEventListener('click', listen)
  }, [host])
}

/** `j` and `k` go from line to line; what is focused is pressed by Enter. */
export function useWalking(host: Host, rows: Rows): void {
  const walk = (by: number) => {
    const at = document.activeElement?.closest('[data-index]')?.getAttribute('data-index')
    const last = rows.options.count - 1
    const index = Math.min(last, Math.max(0, at ? Number(at) + by : last))
    rows.scrollToIndex(index, { align: 'auto' })
    const focus = () =>
      host.current
        ?.querySelector<HTMLElement>(`[data-index="${index}"] [data-head] button`)
        ?.focus({ preventScroll: true })
    // Not until it is drawn.
    requestAnimationFrame(() => requestAnimationFrame(focus))
  }
  useKeys({ j: () => walk(1), k: () => walk(-1) })
}
