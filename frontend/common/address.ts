/** What a link may bring in its fragment, which never reaches a server or its log. Taken out at once: it is in no history and no screenshot. */
export function takeFragment(): URLSearchParams {
  const words = readFragment(location.hash)
  if (words.size > 0) history.replaceState(history.state, '', location.pathname + location.search)
  return words
}

export function readFragment(fragment: string): URLSearchParams {
  const words = new URLSearchParams(fragment.replace(/^#/, ''))
  for (const [name, value] of [...words]) {
    if (value.trim()) words.set(name, value.trim())
    else words.delete(name)
  }
  return words
}
