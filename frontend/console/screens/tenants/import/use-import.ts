/** What is about to be imported, and what the server said of it. Kept here alone, and gone with the component. */
import { useState } from 'react'

import { useCommand } from '../../../graphql/command'
import type { Tests } from '../tests'
import { type ImportLine, TenantImport } from './documents'
import { keysFor, type NamedText, type Split, split, withKeys } from './split'

interface Given {
  config: string
  keys: NamedText[]
  /** A key that was typed or pasted, of whichever profile lacks one. */
  pasted: string
}

const NOTHING: Given = { config: '', keys: [], pasted: '' }

/** What was answered last: what would be, or what is. */
interface Shown {
  dry: boolean
  lines: ImportLine[]
}

export function useImport(tests: Tests, onImported: () => void) {
  const { run, busy, refusals, fault, forget } = useCommand(TenantImport)
  const [given, setGiven] = useState(NOTHING)
  const [unused, setUnused] = useState<Split['unused']>([])
  const [shown, setShown] = useState<Shown>()

  const tell = async (dry: boolean, { config, keys, pasted }: Given) => {
    setShown(undefined)
    const data = await run({ input: { config, keys: keysFor(config, keys, pasted), dryRun: dry } })
    if (!data) return
    const lines = data.tenantImport.results
    setShown({ dry, lines })
    if (dry) return
    onImported()
    // What is added needs its key here no longer; what was refused may be mended.
    if (lines.every(({ tenant }) => tenant)) setGiven(NOTHING)
    await tests.each(lines.flatMap(({ tenant }) => (tenant ? [tenant.id] : [])))
  }
  const change = (to: Partial<Given>): Given => {
    const next = { ...given, ...to }
    setGiven(next)
    setShown(undefined)
    forget()
    return next
  }
  /** Files are checked as soon as they are all there. */
  const take = (files: NamedText[]) => {
    const found = split(files)
    const next = change({ config: found.config ?? given.config, keys: withKeys(given.keys, found.keys) })
    setUnused(found.unused)
    if (next.config && next.keys.length > 0) tell(true, next)
  }
  return {
    given,
    unused,
    shown,
    busy,
    refusals,
    fault,
    take,
    change,
    check: () => tell(true, given),
    add: () => tell(false, given),
  }
}

export type Importing = ReturnType<typeof useImport>
