/**
 * QR codes (ISO/IEC 18004) of up to 134 bytes: versions 1 to 6, error correction L. Made here, so that the seed of a second factor goes
 * through nobody else's code.
 */

/** Of each version: codewords of text and of correction in each block, and blocks. All blocks of one version are of one length. */
const SIZES = [
  [19, 7, 1],
  [34, 10, 1],
  [55, 15, 1],
  [80, 20, 1],
  [108, 26, 1],
  [68, 18, 2],
] as const
type Size = (typeof SIZES)[number]

/** Rows of modules, true is dark. Null when the text is too long. */
export function qrCode(text: string): boolean[][] | null {
  const bytes = [...new TextEncoder().encode(text)]
  // Beside the text: four bits that say bytes follow, eight for how many, and four at the end.
  const size = SIZES.find(([words, , blocks]) => bytes.length + 2 <= words * blocks)
  if (!size) return null
  const bits = interleaved(codewords(bytes, size), size).flatMap((word) => bitsOf(word, 8))
  const codes = MASKS.map((_, mask) => drawn(bits, SIZES.indexOf(size) + 1, mask))
  return codes.reduce((best, code) => (penalty(code) < penalty(best) ? code : best))
}

function codewords(bytes: number[], [words, , blocks]: Size): number[] {
  const nibbles = [
    4,
    bytes.length >> 4,
    bytes.length & 15,
    ...bytes.flatMap((byte) => [byte >> 4, byte & 15]),
    0,
  ]
  const text = Array.from(
    { length: bytes.length + 2 },
    (_, at) => (nibbles[at * 2] ?? 0) * 16 + (nibbles[at * 2 + 1] ?? 0),
  )
  const padding = Array.from({ length: words * blocks - text.length }, (_, at) =>
    at % 2 === 0 ? 0xec : 0x11,
  )
  return [...text, ...padding]
}

function interleaved(all: number[], [words, correction, count]: Size): number[] {
  const blocks = Array.from({ length: count }, (_, at) => all.slice(at * words, (at + 1) * words))
  const columns = (of: number[][], length: number) =>
    Array.from({ length }, (_, at) => of.map((block) => block[at] ?? 0)).flat()
  return [
    ...columns(blocks, words),
    ...columns(
      blocks.map((block) => remainder(block, correction)),
      correction,
    ),
  ]
}

/** Reed-Solomon over GF(256), reduced by x⁸ + x⁴ + x³ + x² + 1. */
function remainder(block: number[], degree: number): number[] {
  let [generator, root] = [[1], 1]
  for (let power = 0; power < degree; power += 1, root = times(2, root)) {
    const shifted = [0, ...generator.map((factor) => times(factor, root))]
    generator = shifted.map((factor, at) => factor ^ (generator[at] ?? 0))
  }
  let rest = Array<number>(degree).fill(0)
  for (const word of block) {
    const lead = word ^ (rest[0] ?? 0)
    rest = rest.map((_, at) => (rest[at + 1] ?? 0) ^ times(generator[at + 1] ?? 0, lead))
  }
  return rest
}

function times(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit -= 1)
    product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a)
  return product
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  (x) => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
  (x, y) => (x * y) % 6 === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

function drawn(bits: number[], version: number, mask: number): boolean[][] {
  const size = version * 4 + 17
  const code = Array.from({ length: size }, () => Array<boolean | undefined>(size).fill(undefined))
  const set = (x: number, y: number, dark: boolean) => {
    const row = code[y]
    if (row && x >= 0 && x < size) row[x] = dark
  }
  drawPatterns(set, size)
  drawFormat(set, size, mask)
  let next = 0
  for (const [x, y] of path(size)) {
    if (code[y]?.[x] === undefined) set(x, y, (bits[next++] === 1) !== MASKS[mask]?.(x, y))
  }
  return code as boolean[][]
}

type Set = (x: number, y: number, dark: boolean) => void

function drawPatterns(set: Set, size: number): void {
  const square = (centreX: number, centreY: number, radius: number, light: number[]) => {
    for (let y = -radius; y <= radius; y += 1)
      for (let x = -radius; x <= radius; x += 1)
        set(centreX + x, centreY + y, !light.includes(Math.max(Math.abs(x), Math.abs(y))))
  }
  for (let at = 0; at < size; at += 1) {
    set(6, at, at % 2 === 0)
    set(at, 6, at % 2 === 0)
  }
  square(3, 3, 4, [2, 4])
  square(size - 4, 3, 4, [2, 4])
  square(3, size - 4, 4, [2, 4])
  if (size > 21) square(size - 7, size - 7, 2, [1])
}

/** Level L and the mask, protected by BCH(15, 5), twice. */
function drawFormat(set: Set, size: number, mask: number): void {
  const data = (0b01000 | mask) << 10
  let rest = data
  for (let bit = 14; bit >= 10; bit -= 1) if ((rest >> bit) & 1) rest ^= 0x537 << (bit - 10)
  const bits = (data | rest) ^ 0x5412
  for (let at = 0; at < 15; at += 1) {
    const dark = ((bits >> at) & 1) === 1
    set(8, at < 6 ? at : at < 8 ? at + 1 : size - 15 + at, dark)
    set(at < 8 ? size - 1 - at : at === 8 ? 7 : 14 - at, 8, dark)
  }
  set(8, size - 8, true)
}

/** Two columns at a time from the right, up and down in turn, around the timing pattern. */
function* path(size: number): Generator<[number, number]> {
  for (let right = size - 1, up = true; right > 0; right -= right === 8 ? 3 : 2, up = !up)
    for (let step = 0; step < size; step += 1)
      for (const x of [right, right - 1]) yield [x, up ? size - 1 - step : step]
}

/** How badly it is read: long runs, blocks, what looks like a corner, too much of one colour. */
function penalty(code: boolean[][]): number {
  const rows = code.map((row) => row.map(Number).join(''))
  const lines = [...rows, ...rows.map((_, x) => rows.map((row) => row[x]).join(''))]
  const runs = lines.flatMap((line) => line.match(/0{5,}|1{5,}/g) ?? [])
  const corners = lines.flatMap((line) => [...line.matchAll(/(?=10111010000|00001011101)/g)])
  const blocks = rows.flatMap((row, y) =>
    [...row].filter((module, x) =>
      /^(0000|1111)$/.test(`${module}${row[x + 1]}${rows[y + 1]?.slice(x, x + 2)}`),
    ),
  )
  const dark = rows.join('').replaceAll('0', '').length / code.length ** 2
  const long = runs.reduce((sum, run) => sum + run.length - 2, 0)
  return long + 40 * corners.length + 3 * blocks.length + 10 * Math.floor(Math.abs(dark - 0.5) * 20)
}

const bitsOf = (value: number, length: number) =>
  Array.from({ length }, (_, at) => (value >> (length - 1 - at)) & 1)
