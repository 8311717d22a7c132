/** How a kind of event looks: a shape and a colour, both, so that neither has to say it alone. Attempts are many, and grey. */

export type Shape = 'square' | 'frame' | 'round' | 'ring' | 'diamond' | 'triangle'

interface Look {
  shape: Shape
  /** At least 3 : 1 on both grounds. */
  colour: string
}

export const SIGN: Record<Shape, string> = {
  square: '■',
  frame: '□',
  round: '●',
  ring: '○',
  diamond: '◆',
  triangle: '▲',
}

const GREY = '#80878e'
const BY_NAME: [RegExp, Look][] = [
  [/attempt_started$/, { shape: 'frame', colour: GREY }],
  [/attempt|summarised$/, { shape: 'square', colour: GREY }],
  [/(succeeded|obtained|reinstated)$/, { shape: 'diamond', colour: '#2f9e44' }],
  [/(failed|lost|suspended|alarm_raised)$/, { shape: 'triangle', colour: '#e03131' }],
  [/(throttled|review_needed|paused|stopped|disabled)$/, { shape: 'ring', colour: '#d9480f' }],
  [/(created|registered)$/, { shape: 'diamond', colour: '#1c7ed6' }],
  [/(deleted|removed|revoked)$/, { shape: 'frame', colour: '#d6336c' }],
]

const COLOURS = ['#1c7ed6', '#845ef7', '#0c8599', '#d6336c', '#5c7cfa']
const SHAPES: Shape[] = ['square', 'round', 'diamond', 'ring']

const known = new Map<string, Look>()

/** Not an attempt like a thousand others. */
export const isNotable = (type: string) => lookOf(type).colour !== GREY

export function lookOf(type: string): Look {
  const found = known.get(type) ?? BY_NAME.find(([name]) => name.test(type))?.[1] ?? made(type)
  known.set(type, found)
  return found
}

/** For all others: the same name looks the same, today and tomorrow. */
function made(type: string): Look {
  let number = 7
  for (const letter of type) number = (number * 31 + letter.charCodeAt(0)) % 9_973
  return {
    shape: SHAPES[number % SHAPES.length] ?? 'square',
    colour: COLOURS[number % COLOURS.length] ?? GREY,
  }
}
