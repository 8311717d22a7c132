import { Accordion, Stack } from '@mantine/core'
import { type ReactNode, useEffect, useRef, useState } from 'react'

import type { Fault } from '../../graphql/fault'
import { Failed, Refused } from '../../ui/states'
import { useTaskForm } from './context'
import type { Draft } from './draft'
import type { Errors, Section } from './errors'
import { Access } from './fields/access'
import { InstanceField } from './fields/instance'
import { Machine } from './fields/machine'
import { MoreInstance } from './fields/more-instance'
import { MoreSchedule, Rhythm } from './fields/schedule'
import { words } from './words'

interface Props {
  errors: Errors
  fault: Fault | undefined
  /** What comes first: the places, or what stands in for them. */
  children: ReactNode
}

/** All fields. What is refused opens what it is folded in, and is shown to the reader. */
export function TaskFields({ errors, fault, children }: Props) {
  const { draft } = useTaskForm()
  const said = words.use()
  const host = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<string[]>(() => filledIn(draft))
  useEffect(() => {
    if (errors.at.size + errors.rest.length === 0) return
    setOpen((open) => [...new Set([...open, ...errors.sections])])
    // After the sections are open.
    const timer = setTimeout(() => {
      const first = host.current?.querySelector<HTMLElement>('[aria-invalid=true], [role=alert]')
      first?.scrollIntoView({ block: 'center' })
      first?.focus({ preventScroll: true })
    }, 50)
    return () => clearTimeout(timer)
  }, [errors])
  return (
    <Stack gap="lg" ref={host}>
      {children}
      {draft.goal === 'launch' ? (
        <>
          <Machine />
          <Access />
        </>
      ) : (
        <InstanceField />
      )}
      <Rhythm />
      <Accordion multiple variant="separated" order={3} value={open} onChange={setOpen}>
        {draft.goal === 'launch' && (
          <Accordion.Item value="instance">
            <Accordion.Control>{said.moreInstance}</Accordion.Control>
            <Accordion.Panel>
              <MoreInstance />
            </Accordion.Panel>
          </Accordion.Item>
        )}
        <Accordion.Item value="schedule">
          <Accordion.Control>{said.moreSchedule}</Accordion.Control>
          <Accordion.Panel>
            <MoreSchedule />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
      <Refused refusals={errors.rest} />
      {fault && <Failed fault={fault} />}
    </Stack>
  )
}

/** What holds something unusual is not folded away. */
function filledIn(draft: Draft): Section[] {
  const instance = [draft.availabilityDomains, draft.subnet, draft.tags, draft.vpusPerGb].some(isThere)
  const schedule = [draft.startAt, draft.deadline, draft.windows, draft.cronWindows].some(isThere)
  return [
    ...(instance || draft.ipv6 || !draft.publicIpv4 ? (['instance'] as const) : []),
    ...(schedule || draft.maxAttempts ? (['schedule'] as const) : []),
  ]
}

const isThere = (value: string | number | readonly unknown[]) =>
  typeof value === 'object' ? value.length > 0 : value !== ''
