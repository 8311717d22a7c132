import { Input, type InputWrapperProps, Skeleton } from '@mantine/core'
import type { ReactNode } from 'react'

import { useTaskForm } from '../context'
import { words } from '../words'

/** A field whose choices the cloud is still being asked for: its place is there, so that nothing jumps. */
export function Waits({
  label,
  description,
  children,
}: Pick<InputWrapperProps, 'label' | 'description'> & { children: ReactNode }) {
  const { offer } = useTaskForm()
  const { cloudWaits } = words.use()
  if (!offer.waiting) return children
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Skeleton height={36} mt={4} role="status" aria-label={cloudWaits} />
    </Input.Wrapper>
  )
}

/** Shows all choices while the field holds one of them: what is chosen is no search. */
export function choicesFor(choices: readonly string[], typed: string): string[] {
  const wanted = typed.trim().toLowerCase()
  if (!wanted || choices.some((choice) => choice.toLowerCase() === wanted)) return [...choices]
  return choices.filter((choice) => choice.toLowerCase().includes(wanted))
}
