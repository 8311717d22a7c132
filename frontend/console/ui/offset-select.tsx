import { NativeSelect } from '@mantine/core'

import { offsetHere, zoneOf } from '../i18n/clock'
import { words } from './words'

interface OffsetSelectProps {
  label: string
  /** Minutes ahead of UTC. */
  value: number
  onChange(minutes: number): void
  error: string | undefined
}

/** A clock that times are read on. Most zones are whole hours; any other that is wanted already is there as well. */
export function OffsetSelect({ label, value, onChange, error }: OffsetSelectProps) {
  const said = words.use()
  const here = offsetHere()
  const hours = Array.from({ length: 27 }, (_, index) => (index - 12) * 60)
  const all = [...new Set([...hours, here, value])].sort((a, b) => a - b)
  const data = all.map((minutes) => ({
    value: String(minutes),
    label: minutes === here ? said.here(zoneOf(minutes)) : zoneOf(minutes),
  }))
  return (
    <NativeSelect
      label={label}
      data={data}
      value={String(value)}
      onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      error={error}
    />
  )
}
