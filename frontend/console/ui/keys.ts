/** Keys. Not while somebody types, and never while pinyin is being composed: Enter that takes a candidate is no command. */
import { useEffect, useRef } from 'react'

type Keys = Record<string, (event: KeyboardEvent) => void>

/** Within so long the second key of `g t` is taken for it. */
const SEQUENCE_MS = 900

const bound: { current: Keys }[] = []
let begun: { key: string; at: number } | undefined

/** Binds keys as long as the component is there: `c`, `/`, `Space`, or two after each other, `g t`. The newest binding goes first. */
export function useKeys(keys: Keys): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    if (bound.length === 0) addEventListener('keydown', listen)
    bound.push(newest)
    return () => {
      bound.splice(bound.indexOf(newest), 1)
      if (bound.length === 0) removeEventListener('keydown', listen)
    }
  }, [])
}

function listen(event: KeyboardEvent): void {
  if (!isCommand(event)) return
  const key = event.key === ' ' ? 'Space' : event.key
  const pair = begun && event.timeStamp - begun.at < SEQUENCE_MS ? `${begun.key} ${key}` : ''
  begun = { key, at: event.timeStamp }
  const find = (wanted: string) => bound.findLast(({ current }) => wanted in current)?.current[wanted]
  const run = find(pair) ?? find(key)
  if (!run) return
  event.preventDefault()
  run(event)
}

/** Whether a key is meant for the page, and not for a field, a dialog, or an input method. */
function isCommand(event: KeyboardEvent): boolean {
  if (event.isComposing || event.key === 'Process' || event.defaultPrevented) return false
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  const target = event.target as HTMLElement | null
  if (!target?.closest) return true
  if (target.closest('input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]'))
    return false
  // Space and Enter press what is focused.
  return !(
    [' ', 'Enter'].includes(event.key) && target.closest('button, a, summary, [role=button], [role=tab]')
  )
}
