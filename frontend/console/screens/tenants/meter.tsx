import { Progress, Text } from '@mantine/core'
import type { ReactNode } from 'react'

import classes from './tenants.module.css'

/** How much of something there is, as a bar with its words above. Undefined `value`: not known, and no bar is drawn. */
export function Meter({
  name,
  figure,
  value,
  tone = 'cyan',
  children,
}: {
  name: string
  figure: ReactNode
  value: number | undefined
  tone?: 'cyan' | 'orange'
  children?: ReactNode
}) {
  return (
    <div className={classes.meter}>
      <div className={classes.meterHead}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {name}
        </Text>
        <Text size="sm" c="dimmed" className="figures" component="div">
          {figure}
        </Text>
      </div>
      {value !== undefined && (
        <Progress size="sm" value={Math.min(100, 100 * value)} color={tone} aria-label={name} />
      )}
      {children}
    </div>
  )
}
