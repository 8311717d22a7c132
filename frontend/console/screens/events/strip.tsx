/** The versions of a stream in a row: dragged, zoomed, clicked; and its whole history as a line beneath. */
import { useComputedColorScheme } from '@mantine/core'
import { type PointerEvent, useEffect, useRef, useState } from 'react'

import { useFormat } from '../../i18n/format'
import classes from './events.module.css'
import { Sign } from './sign'
import { BOXES, draw, HEIGHT } from './strip-drawing'
import { kept, seen, showing, type View, versionAt, viewAround, wholeAt, zoomed } from './strip-layout'
import { COLOURED, type History } from './versions'
import { words } from './words'

/** So many kinds are explained. */
const NAMED = 6

interface StripProps {
  history: History
  last: number
  chosen: number
  choose(version: number): void
  /** What stands at a version, for those who point at it or hear it. */
  titleOf(version: number): string
}

export function Strip({ history, last, chosen, choose, titleOf }: StripProps) {
  const said = words.use().travel
  const format = useFormat()
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(canvas)
  const [view, setView] = useView(chosen, last, width)
  usePainting(canvas, { history, last, chosen, view, width })
  useWheel(canvas, (x, factor, pan) =>
    setView((view) =>
      pan === 0
        ? zoomed(view, { x, factor }, last, width)
        : kept({ ...view, centre: view.centre + pan / view.scale }, last, width),
    ),
  )
  const pointing = usePointing({ view, setView, last, width, choose })
  const [pointed, setPointed] = useState<number>()
  const title = titleOf(pointed ?? chosen)
  return (
    <div
      className={classes.strip}
      role="slider"
      tabIndex={0}
      aria-label={said.strip}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={chosen}
      aria-valuetext={`${said.of(format.count(chosen), format.count(last))} · ${titleOf(chosen)}`}
      title={`${title}\n${said.stripHelp}`}
    >
      <canvas
        ref={canvas}
        style={{ height: HEIGHT }}
        aria-hidden
        {...pointing}
        onPointerMove={(event) => {
          pointing.onPointerMove(event)
          if (view) setPointed(versionAt(placeOf(event)[0], view, last, width))
        }}
        onPointerLeave={() => setPointed(undefined)}
      />
      {view && <Legend known={history.known} span={seen(view, last, width)} />}
    </div>
  )
}

/** What the shapes stand for, as far as they are seen; the most frequent first. */
function Legend({ known, span: [first, end] }: { known: History['known']; span: [number, number] }) {
  const format = useFormat()
  const counts = new Map<string, number>()
  if (end - first <= COLOURED)
    for (let version = first; version <= end; version += 1) {
      const type = known.get(version)?.type
      if (type) counts.set(type, (counts.get(type) ?? 0) + 1)
    }
  const most = [...counts].sort(([, one], [, other]) => other - one).slice(0, NAMED)
  return (
    <div className={classes.legend} aria-hidden>
      {most.map(([type, count]) => (
        <span key={type}>
          <Sign type={type} /> {type} {format.count(count)}
        </span>
      ))}
    </div>
  )
}

function placeOf({ currentTarget, clientX, clientY }: PointerEvent): [x: number, y: number] {
  const { left, top } = currentTarget.getBoundingClientRect()
  return [clientX - left, clientY - top]
}

function useWidth(canvas: React.RefObject<HTMLCanvasElement | null>): number {
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [canvas])
  return width
}

type SetView = (how: (view: View) => View) => void

/** Around what is chosen; later it moves only where the chosen would not be seen. */
function useView(chosen: number, last: number, width: number): [View | undefined, SetView] {
  const [view, setView] = useState<View>()
  useEffect(() => {
    if (width === 0) return
    setView((view) => (view ? showing(chosen, view, last, width) : viewAround(chosen, last, width)))
  }, [chosen, last, width])
  return [view, (how) => setView((view) => view && how(view))]
}

interface Painting {
  history: History
  last: number
  chosen: number
  view: View | undefined
  width: number
}

function usePainting(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  { history, last, chosen, view, width }: Painting,
): void {
  const scheme = useComputedColorScheme('light')
  const { known, edition, learn } = history
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn anew with the colours, and with what is known
  useEffect(() => {
    const [element, context] = [canvas.current, canvas.current?.getContext('2d')]
    if (!element || !context || !view || width === 0) return
    const style = getComputedStyle(element)
    const colour = (name: string) => style.getPropertyValue(name).trim()
    element.width = width * devicePixelRatio
    element.height = HEIGHT * devicePixelRatio
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    const ink = {
      text: colour('--mantine-color-dimmed'),
      line: colour('--berth-line'),
      accent: colour('--mantine-color-anchor'),
      miss: colour('--berth-miss-cell'),
    }
    draw(context, { view, width, last, chosen, known, ink })
  }, [canvas, view, width, last, chosen, edition, scheme])

  useEffect(() => {
    if (!view || width === 0) return
    const [first, end] = seen(view, last, width)
    if (end - first > COLOURED) return
    const timer = setTimeout(() => learn(first, end), 120)
    return () => clearTimeout(timer)
  }, [view, width, last, learn])
}

/** A wheel over the strip turns the strip, not the page: React's own listener could not say so. */
function useWheel(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  turn: (x: number, factor: number, pan: number) => void,
): void {
  const newest = useRef(turn)
  newest.current = turn
  useEffect(() => {
    const element = canvas.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { deltaX, deltaY, shiftKey } = event
      const pan = shiftKey ? deltaY || deltaX : Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : 0
      newest.current(event.clientX - element.getBoundingClientRect().left, Math.exp(-deltaY / 400), pan)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [canvas])
}

interface Pointing {
  view: View | undefined
  setView: SetView
  last: number
  width: number
  choose: StripProps['choose']
}

/** On the boxes: dragged, they move; pressed, one goes there. On the line beneath one slides along. */
function usePointing({ view, setView, last, width, choose }: Pointing) {
  const drag = useRef<{ x: number; moved: boolean; slides: boolean }>(undefined)
  return {
    onPointerDown(event: PointerEvent) {
      const [x, y] = placeOf(event)
      event.currentTarget.setPointerCapture(event.pointerId)
      drag.current = { x, moved: false, slides: y > BOXES + 4 }
      if (drag.current.slides) choose(wholeAt(x, last, width))
    },
    onPointerMove(event: PointerEvent) {
      if (!drag.current) return
      const [x] = placeOf(event)
      const by = x - drag.current.x
      if (drag.current.slides) return choose(wholeAt(x, last, width))
      if (!drag.current.moved && Math.abs(by) < 4) return
      drag.current = { x, moved: true, slides: false }
      setView((view) => kept({ ...view, centre: view.centre - by / view.scale }, last, width))
    },
    onPointerUp(event: PointerEvent) {
      const was = drag.current
      drag.current = undefined
      if (was && !was.moved && !was.slides && view) choose(versionAt(placeOf(event)[0], view, last, width))
    },
    onPointerCancel() {
      drag.current = undefined
    },
  }
}
