/** From the address of the page to the filter of the question, and back. */
import type { GrabTaskOrderField, GrabTaskState } from '../../graphql/enums'
import type { VariablesOf } from '../../graphql/graphql'
import type { Task } from '../../store/tasks'
import { isState, type TasksSearch } from '../search'
import type { TaskPage } from './documents'

type Variables = VariablesOf<typeof TaskPage>
export type Filter = NonNullable<Variables['filter']>
export type OrderBy = Variables['orderBy']
type Order = 'created' | 'activity' | 'attempts' | 'name'

/** The order of making is the one that stands still while tasks work. */
const ORDER: Record<Order, { field: GrabTaskOrderField; direction: 'ASC' | 'DESC' }> = {
  created: { field: 'CREATED_AT', direction: 'DESC' },
  activity: { field: 'ACTIVITY', direction: 'DESC' },
  attempts: { field: 'ATTEMPT_COUNT', direction: 'DESC' },
  name: { field: 'NAME', direction: 'ASC' },
}

export const ORDERS = Object.keys(ORDER) as Order[]

export const orderOf = (search: TasksSearch): Order =>
  ORDERS.find((order) => order === search.order) ?? 'created'

export const orderBy = (search: TasksSearch): OrderBy => ORDER[orderOf(search)]

export function statesOf(search: TasksSearch): GrabTaskState[] {
  return (search.state ?? '').toUpperCase().split(',').filter(isState)
}

export function filterOf(search: TasksSearch): Filter {
  const states = statesOf(search)
  return {
    ...(states.length > 0 && { state: states }),
    ...(search.tenant && { tenantId: search.tenant.split(',') }),
    ...(search.region && { region: search.region.split(',') }),
    ...(search.q && { search: search.q }),
  }
}

export const isFiltered = (search: TasksSearch) => Object.keys(filterOf(search)).length > 0

/** Whether a task that was just made belongs into the list, as far as the page can tell. */
export function fits(task: Task, { state, tenantId, region, search }: Filter): boolean {
  const regions = task.spec?.regions ?? [task.startsInstance?.region ?? '']
  const said = [task.name, task.tenant.name, ...regions].join(' ').toLowerCase()
  return (
    (!state || state.includes(task.state)) &&
    (!tenantId || tenantId.includes(task.tenant.id)) &&
    (!region || regions.some((name) => region.includes(name))) &&
    (!search || said.includes(search.toLowerCase()))
  )
}
