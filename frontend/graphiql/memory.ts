/** Only how the page looks outlives it. Queries and variables may hold keys and passwords, so they are forgotten with the tab. */
const KEPT = /^graphiql:(theme|visiblePlugin|.*Flex)$/

/** What GraphiQL writes to: the browser's storage for what may be kept, and memory for everything else. */
export function createMemory(lasting: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
  const passing = new Map<string, string>()
  return {
    getItem: (key: string) => (KEPT.test(key) ? lasting.getItem(key) : (passing.get(key) ?? null)),
    setItem(key: string, value: string) {
      if (KEPT.test(key)) lasting.setItem(key, value)
      else passing.set(key, value)
    },
    removeItem(key: string) {
      lasting.removeItem(key)
      passing.delete(key)
    },
    clear: () => passing.clear(),
    get length() {
      return passing.size
    },
  }
}
