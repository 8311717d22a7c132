/** The form's state, for its fields. */
import { createContext, useContext } from 'react'

import type { Offer } from './choices'
import type { Spec, Tenant } from './documents'
import type { Draft, Secrets } from './draft'

export interface TaskForm {
  mode: 'new' | 'edit'
  draft: Draft
  patch(change: Partial<Draft>): void
  secrets: Secrets
  patchSecrets(change: Partial<Secrets>): void
  /** What the server says of a field. */
  error(field: string): string | undefined
  /** Whose secrets stand if none are typed: the task’s, or the launch profile’s. */
  kept: Pick<Spec, 'hasRootPassword' | 'hasUserData'> | undefined
  /** The first tenant chosen: what it is offered is shown. */
  tenant: Pick<Tenant, 'id' | 'name' | 'homeRegion'> | undefined
  /** Regions of all tenants chosen. */
  regions: string[]
  offer: Offer
}

const Context = createContext<TaskForm | undefined>(undefined)

export const TaskFormProvider = Context.Provider

export function useTaskForm(): TaskForm {
  const form = useContext(Context)
  if (!form) throw new Error('a field of the task form is outside of it')
  return form
}
