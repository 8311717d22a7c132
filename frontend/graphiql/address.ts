/** What a link to the playground may bring: `#token=…`, `#query=…`, or both. A fragment never reaches a server or its log. */
export interface Asked {
  token: string | null
  query: string | null
}

/** Takes it out of the address at once, so that it is in no history and no screenshot. */
export function takeFromAddress(): Asked {
  const asked = readFragment(location.hash)
  if (location.hash) history.replaceState(null, '', location.pathname)
  return asked
}

export function readFragment(fragment: string): Asked {
  const words = new URLSearchParams(fragment.replace(/^#/, ''))
  return { token: words.get('token')?.trim() || null, query: words.get('query') || null }
}
