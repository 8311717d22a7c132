/** Draws a strip on a canvas. Knows nothing of where what is drawn came from. */
import { isNotable, lookOf, type Shape } from './looks'
import { SHAPED, seen, type View, wholeOf, xOf } from './strip-layout'
import type { Known } from './versions'

export const BOXES = 46
export const HEIGHT = 70

interface Picture {
  view: View
  width: number
  last: number
  chosen: number
  known: ReadonlyMap<number, Known>
  ink: { text: string; line: string; accent: string; miss: string }
}

export function draw(context: CanvasRenderingContext2D, picture: Picture): void {
  const { view, width, last } = picture
  context.clearRect(0, 0, width, HEIGHT)
  const [first, end] = seen(view, last, width)
  if (view.scale >= SHAPED)
    for (let version = first; version <= end; version += 1) box(context, picture, version)
  else columns(context, picture)
  chosenFrame(context, picture)
  numbers(context, picture, first, end)
  whole(context, picture, first, end)
}

/** Too narrow for boxes: a column of a pixel for whatever stands there, taller where it is no mere attempt. */
function columns(context: CanvasRenderingContext2D, picture: Picture): void {
  const { view, width, last, ink } = picture
  for (let x = 0; x < width; x += 1) {
    const version = Math.floor(view.centre + (x - width / 2) / view.scale)
    const next = Math.floor(view.centre + (x + 1 - width / 2) / view.scale)
    if (version < 1 || version > last) continue
    const type = mostNotable(picture, version, Math.max(version + 1, next))
    const notable = type !== undefined && isNotable(type)
    const look = type ? lookOf(type) : undefined
    context.globalAlpha = look && !notable && look.shape === 'frame' ? 0.4 : 1
    context.fillStyle = look?.colour ?? ink.miss
    context.fillRect(x, notable ? 8 : 12, 1, notable ? 22 : 14)
  }
  context.globalAlpha = 1
}

function mostNotable({ known }: Picture, first: number, end: number): string | undefined {
  let found: string | undefined
  for (let version = first; version < end; version += 1) {
    const type = known.get(version)?.type
    if (type && isNotable(type)) return type
    found ||= type
  }
  return found
}

function box(context: CanvasRenderingContext2D, { view, width, known, ink }: Picture, version: number): void {
  const [x, size] = [xOf(version + 0.5, view, width), Math.min(16, view.scale - 3)]
  const type = known.get(version)?.type
  if (version === 0 || type === '') {
    context.fillStyle = ink.line
    context.fillRect(x - size / 4, 18, size / 2, 2)
    return
  }
  const look = type ? lookOf(type) : { shape: 'square' as const, colour: ink.miss }
  context.fillStyle = look.colour
  context.strokeStyle = look.colour
  shape(context, look.shape, x, 19, size / 2)
}

function shape(context: CanvasRenderingContext2D, shape: Shape, x: number, y: number, half: number): void {
  context.lineWidth = 1.5
  context.beginPath()
  if (shape === 'square' || shape === 'frame') {
    const inset = shape === 'frame' ? 0.75 : 0
    context.rect(x - half + inset, y - half + inset, 2 * (half - inset), 2 * (half - inset))
  } else if (shape === 'round' || shape === 'ring') {
    context.arc(x, y, half - (shape === 'ring' ? 0.75 : 0), 0, 2 * Math.PI)
  } else {
    const sides = shape === 'diamond' ? [-1, 0, 0, -1, 1, 0, 0, 1] : [-1, 1, 0, -1, 1, 1]
    for (let at = 0; at < sides.length; at += 2)
      context.lineTo(x + (sides[at] ?? 0) * half, y + (sides[at + 1] ?? 0) * half)
    context.closePath()
  }
  if (shape === 'frame' || shape === 'ring') context.stroke()
  else context.fill()
}

function chosenFrame(context: CanvasRenderingContext2D, { view, width, chosen, ink }: Picture): void {
  const [x, half] = [xOf(chosen + 0.5, view, width), Math.max(3, Math.min(14, view.scale / 2 + 2))]
  context.strokeStyle = ink.accent
  context.lineWidth = 2
  context.beginPath()
  context.roundRect(x - half, 4, 2 * half, 30, 5)
  context.stroke()
}

function numbers(
  context: CanvasRenderingContext2D,
  { view, width, ink }: Picture,
  first: number,
  end: number,
): void {
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000].find(
    (step) => step * view.scale >= 64,
  )
  context.fillStyle = ink.text
  context.font = '11px ui-monospace, Menlo, Consolas, monospace'
  context.textAlign = 'center'
  const step = every ?? 100_000
  for (let version = Math.ceil(first / step) * step; version <= end; version += step) {
    const [x, half] = [xOf(version + 0.5, view, width), 4 + String(version).length * 3.5]
    if (x > half && x < width - half) context.fillText(String(version), x, BOXES)
  }
}

/** The whole history as a line: the part that is seen, and where one stands. */
function whole(context: CanvasRenderingContext2D, picture: Picture, first: number, end: number): void {
  const { width, last, chosen, ink } = picture
  const [from, to] = [wholeOf(first, last, width), wholeOf(end, last, width)]
  context.fillStyle = ink.line
  context.fillRect(8, 60, width - 16, 2)
  context.fillStyle = ink.miss
  context.fillRect(from, 59, Math.max(4, to - from), 4)
  context.fillStyle = ink.accent
  context.beginPath()
  context.arc(wholeOf(chosen, last, width), 61, 6, 0, 2 * Math.PI)
  context.fill()
}
