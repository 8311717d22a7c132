import { useMemo } from 'react'

import classes from '../settings.module.css'
import { qrCode } from './qr-code'

/** So many light modules all around, that a reader finds its edges. */
const QUIET = 4
/** Whole pixels: modules of different widths are read badly. */
const PIXELS = 4

/** Nothing where the text is too long: then it must stand beside it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => qrCode(text), [text])
  if (!code) return null
  const size = code.length + 2 * QUIET
  const dark = code.flatMap((row, y) =>
    row.flatMap((module, x) => (module ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : [])),
  )
  return (
    <svg
      className={classes.qr}
      width={size * PIXELS}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={dark.join('')} fill="#000000" />
    </svg>
  )
}
