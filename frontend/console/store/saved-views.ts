/** Filters with a name, pinned to the side bar of this browser, for each user by themselves. A view is an address: the URL is the state. */
import { value } from './value'

let key = ''

interface SavedView {
  name: string
  /** Path and search. */
  address: string
}

export const savedViews = value<SavedView[]>([])

/** Shows those of the user who has signed in. */
export function readViews(username: string): void {
  key = `berth:views:${username}`
  savedViews.set(kept())
}

function kept(): SavedView[] {
  try {
    const views: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(views) ? views.filter((view) => view?.name && view?.address?.startsWith('/')) : []
  } catch {
    return []
  }
}

function keep(views: SavedView[]): void {
  localStorage.setItem(key, JSON.stringify(views))
  savedViews.set(views)
}

export const saveView = (view: SavedView) =>
  keep([...savedViews.get().filter(({ address }) => address !== view.address), view])

export const dropView = (address: string) => keep(savedViews.get().filter((view) => view.address !== address))
