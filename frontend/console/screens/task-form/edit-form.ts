/** All that the form of a change remembers and does. */
import { useEffect, useMemo, useState } from 'react'

import { type Refusal, tell } from '../../graphql/command'
import type { Fault } from '../../graphql/fault'
import { tasks } from '../../store/tasks'
import { say, sayUndo } from '../../ui/toast'
import { useOffer } from './choices'
import type { TaskForm } from './context'
import { sayWarnings } from './create'
import { GrabTaskUpdate, type UpdateInput, type Wish } from './documents'
import { type Draft, draftOfWish, NO_SECRETS, rebase, revived, same } from './draft'
import { errorsOf } from './errors'
import { dropKept, keep, readKept, useSecrets } from './kept'
import { updateInput } from './to-input'
import { words } from './words'

/** What was changed, of what. */
interface Edit {
  base: Draft
  mine: Draft
  version: number
}

interface ConflictWith {
  /** In the server's words. */
  said?: string
  newer: Wish
}

export type Editing = ReturnType<typeof useEditForm>

export function useEditForm(wish: Wish, onClose: () => void) {
  const said = words.use()
  const id = `edit:${wish.id}`
  const [{ base, mine, version }, setEdit] = useState(() => begun(id, wish))
  const [secrets, patchSecrets] = useSecrets(id)
  const [conflict, setConflict] = useState(() =>
    isOf(wish, base) ? undefined : ({ newer: wish } as ConflictWith),
  )
  const { refusals, fault, busy, update } = useUpdate(wish.id)
  const input = updateInput(base, mine, secrets)
  useEffect(() => keep(id, same(base, mine) ? undefined : { base, mine, version }), [id, base, mine, version])
  const errors = useMemo(() => errorsOf(refusals, () => undefined), [refusals])
  const patch = (change: Partial<Draft>) =>
    setEdit((edit) => ({ ...edit, mine: { ...edit.mine, ...change } }))
  const offer = useOffer(mine.goal === 'launch' ? wish.tenant.id : undefined, mine.regions[0])
  const form: TaskForm = {
    mode: 'edit',
    draft: mine,
    patch,
    secrets,
    patchSecrets,
    error: (field) => errors.at.get(field),
    kept: wish.spec ?? undefined,
    tenant: wish.tenant,
    regions: wish.tenant.regions.map(({ code }) => code),
    offer,
  }
  const save = async () => {
    if (!input) return
    const outcome = await update(input, base, version)
    setConflict(outcome.conflict)
    if (!outcome.done) return
    dropKept(id)
    say(said.saved)
    onClose()
  }
  const takeNewer = () => {
    if (!conflict) return
    const newer = draftOfWish(conflict.newer)
    setEdit({ base: newer, mine: rebase(base, mine, newer), version: conflict.newer.version })
    setConflict(undefined)
  }
  const discard = () => {
    setEdit({ base, mine: base, version })
    patchSecrets(NO_SECRETS)
    sayUndo(said.discarded, () => {
      setEdit({ base, mine, version })
      patchSecrets(secrets)
    })
  }
  const changed = input !== undefined
  return { form, base, errors, fault, busy, save, conflict, takeNewer, changed, discard }
}

function begun(id: string, wish: Wish): Edit {
  const newest = draftOfWish(wish)
  const kept = readKept(id) as Partial<Record<keyof Edit, unknown>> | null
  if (!kept) return { base: newest, mine: newest, version: wish.version }
  const base = revived(kept.base, newest)
  // The version of then: what was changed since is not overwritten unseen.
  const version = typeof kept.version === 'number' ? kept.version : wish.version
  return { base, mine: revived(kept.mine, base), version }
}

/** Whether a task still wants what the form began with. */
const isOf = (wish: Wish, base: Draft) => same(draftOfWish(wish), base)

/** Each attempt makes a new version of a task, which is no reason to bother anybody: then it is told again, so many times. */
const MOST_TRIES = 4

interface Answer {
  refusals: Refusal[]
  fault?: Fault
}

function useUpdate(taskId: string) {
  const [busy, setBusy] = useState(false)
  const [{ refusals, fault }, setAnswer] = useState<Answer>({ refusals: [] })
  const update = async (
    input: Omit<UpdateInput, 'taskId'>,
    base: Draft,
    version: number,
  ): Promise<{ done: boolean; conflict?: ConflictWith }> => {
    setBusy(true)
    setAnswer({ refusals: [] })
    try {
      const { userErrors, newest } = await told({ ...input, taskId }, base, version)
      const lost = userErrors.find(({ code }) => code === 'VERSION_CONFLICT')
      setAnswer({ refusals: userErrors.filter((error) => error !== lost) })
      if (!lost || !newest) return { done: userErrors.length === 0 }
      return { done: false, conflict: { said: lost.message, newer: newest } }
    } catch (fault) {
      setAnswer({ refusals: [], fault: fault as Fault })
      return { done: false }
    } finally {
      setBusy(false)
    }
  }
  return { refusals, fault, busy, update }
}

async function told(input: UpdateInput, base: Draft, version: number) {
  let expectedVersion = version
  for (let tries = 1; ; tries += 1) {
    const { grabTaskUpdate } = await tell(GrabTaskUpdate, { input: { ...input, expectedVersion } })
    const { grabTasks, userErrors, warnings } = grabTaskUpdate
    const [newest] = grabTasks
    tasks.take(grabTasks)
    sayWarnings(warnings)
    const overtaken = userErrors.some(({ code }) => code === 'VERSION_CONFLICT')
    if (!overtaken || !newest || !isOf(newest, base) || tries === MOST_TRIES) return { userErrors, newest }
    expectedVersion = newest.version
  }
}
