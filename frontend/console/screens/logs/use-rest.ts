import { type CSSProperties, type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** The height that the window leaves below where an element begins. */
export function useRest(): [RefObject<HTMLDivElement | null>, CSSProperties] {
  const host = useRef<HTMLDivElement>(null)
  const [above, setAbove] = useState(160)
  useLayoutEffect(() => {
    const measure = () => {
      const element = host.current
      if (element) setAbove(Math.round(element.getBoundingClientRect().top + scrollY + belowOf(element)))
    }
    measure()
    addEventListener('resize', measure)
    return () => removeEventListener('resize', measure)
  }, [])
  return [host, { height: `calc(100dvh - ${above}px)` }]
}

/** What the frame of the page keeps free beneath: on a phone its bar of places. */
function belowOf(element: HTMLElement): number {
  const main = element.closest('main')
  return main ? Number.parseFloat(getComputedStyle(main).paddingBottom) : 16
}
