/** Filters with a name, pinned to the side bar of this browser. A view is an address: the URL is the state. */
import { value } from './value'

const KEY = 'berth:views'

export interface SavedView {
  name: string
  /** Path and search. */
  address: string
}

function read(): SavedView[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]')
    return Array.isArray(kept) ? kept.filter((view) => view?.name && view?.address?.startsWith('/')) : []
  } catch {
    return []
  }
}

export const savedViews = value<SavedView[]>(read())

function keep(views: SavedView[]): void {
  localStorage.setItem(KEY, JSON.stringify(views))
  savedViews.set(views)
}

export const saveView = (view: SavedView) =>
  keep([...savedViews.get().filter(({ address }) => address !== view.address), view])

export const dropView = (address: string) => keep(savedViews.get().filter((view) => view.address !== address))
