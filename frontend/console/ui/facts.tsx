/** Names on the left, what they are on the right. */
import type { CSSProperties, ReactNode } from 'react'

import classes from './facts.module.css'

interface FactsProps {
  /** How wide the names are, where several lists are to stand in line. */
  names?: string
  className?: string | undefined
  children: ReactNode
}

export function Facts({ names, className = '', children }: FactsProps) {
  return (
    <dl className={`${classes.facts} ${className}`} style={{ '--names': names } as CSSProperties}>
      {children}
    </dl>
  )
}

interface FactProps {
  name: ReactNode
  children: ReactNode
}

export function Fact({ name, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function FactList({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <Facts>
      {facts.map(([name, fact]) => (
        <Fact key={name} name={name}>
          {fact}
        </Fact>
      ))}
    </Facts>
  )
}
