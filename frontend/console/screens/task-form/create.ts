/** Makes the tasks of a draft. Some may be made and others refused: then the draft becomes what is still to be made. */
import { notifications } from '@mantine/notifications'
import { useState } from 'react'

import { type Refusal, tell } from '../../graphql/command'
import type { Fault } from '../../graphql/fault'
import { type Task, tasks } from '../../store/tasks'
import { sayRefused } from '../../ui/toast'
import { GrabTaskCreate } from './documents'
import type { Draft, Secrets } from './draft'
import { createInput, remaining } from './to-input'
import { words } from './words'

interface Outcome {
  refusals: Refusal[]
  fault?: Fault
  /** What was sent: refusals name tenants and regions by their place in it. */
  sent?: Draft
  /** So many were made all the same. */
  made: number
}

const NOTHING: Outcome = { refusals: [], made: 0 }

export interface Create extends Outcome {
  busy: boolean
  send(start: boolean): Promise<void>
  forget(): void
}

export function useCreate(
  draft: Draft,
  secrets: Secrets,
  { onMade, patch }: { onMade(made: Task[]): void; patch(change: Partial<Draft>): void },
): Create {
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState(NOTHING)
  const send = async (start: boolean) => {
    if (busy) return
    setBusy(true)
    setOutcome(NOTHING)
    try {
      const { grabTaskCreate } = await tell(GrabTaskCreate, { input: createInput(draft, secrets, start) })
      const { grabTasks, userErrors, warnings } = grabTaskCreate
      tasks.take(grabTasks)
      sayWarnings(warnings)
      const left = remaining(draft, grabTasks)
      if (grabTasks.length > 0 && left.tenantIds.length === 0) {
        // All are there; what is refused now is their start, and their pages offer that.
        if (userErrors.length > 0) sayRefused(userErrors)
        onMade(grabTasks)
        return
      }
      if (grabTasks.length > 0) patch(left)
      setOutcome({ refusals: userErrors, sent: draft, made: grabTasks.length })
    } catch (fault) {
      setOutcome({ refusals: [], fault: fault as Fault, made: 0 })
    } finally {
      setBusy(false)
    }
  }
  return { ...outcome, busy, send, forget: () => setOutcome(NOTHING) }
}

/** What goes beyond the free allowance. Nothing was refused for it, so it does not stand in the way. */
export function sayWarnings(warnings: readonly string[]): void {
  if (warnings.length === 0) return
  notifications.show({
    color: 'yellow',
    withBorder: true,
    title: words.now().warned,
    message: warnings.join('\n'),
    autoClose: 15_000,
  })
}
