/** All that the form of a new task remembers and does. */
import { useEffect, useMemo, useState } from 'react'

import { type Refusal, useCommand } from '../../graphql/command'
import type { Task } from '../../store/tasks'
import { sayUndo } from '../../ui/toast'
import { useOffer } from './choices'
import type { TaskForm } from './context'
import { useCreate } from './create'
import { LaunchProfileCreate, type Tenant, type Wish } from './documents'
import { type Draft, draftOfWish, freshDraft, NO_SECRETS, revived, same } from './draft'
import { errorsOf } from './errors'
import { useTenantSearch } from './fields/places'
import { keep, readKept, useSecrets } from './kept'
import { usePresets } from './presets'
import { words } from './words'

/** What the form begins with: another task's wish, or a tenant whose page one came from. */
interface Beginning {
  wish: Wish | null
  tenant?: string | undefined
}

export function useNewForm(id: string, begun: Beginning, onMade: (made: Task[]) => void) {
  const said = words.use()
  const kept = useKeptDraft(id, begun)
  const { draft, setDraft } = kept
  const [secrets, patchSecrets] = useSecrets(id)
  const patch = (change: Partial<Draft>) => setDraft((have) => ({ ...have, ...change }))
  const tenants = useTenantSearch()
  useOnlyTenant(tenants, kept)
  const presets = usePresets()
  const saving = useCommand(LaunchProfileCreate)
  const create = useCreate(draft, secrets, { onMade, patch })
  const errors = useErrors(create, saving.refusals, tenants.known)
  const [tenantId] = draft.tenantIds
  const form: TaskForm = {
    mode: 'new',
    draft,
    patch,
    secrets,
    patchSecrets,
    error: (field) => errors.at.get(field),
    kept: presets.profiles.find((profile) => profile.id === draft.profileId)?.spec,
    tenant: tenantId === undefined ? undefined : tenants.known.get(tenantId),
    regions: regionsOf(draft.tenantIds, tenants.known),
    offer: useOffer(draft.goal === 'launch' ? tenantId : undefined, draft.regions[0]),
  }
  const discard = () => {
    setDraft(kept.initial)
    patchSecrets(NO_SECRETS)
    create.forget()
    saving.forget()
    sayUndo(said.discarded, () => {
      setDraft(draft)
      patchSecrets(secrets)
    })
  }
  const changed = !same(draft, kept.initial) || !same(secrets, NO_SECRETS)
  return {
    form,
    errors,
    create,
    saving,
    presets,
    tenants,
    restored: kept.restored && changed,
    discard: changed ? discard : undefined,
  }
}

interface KeptDraft {
  draft: Draft
  setDraft(change: Draft | ((have: Draft) => Draft)): void
  initial: Draft
  setInitial(change: (have: Draft) => Draft): void
  restored: boolean
}

/** What was left here before a reload, a sign-out, or the closing of the drawer; else the wish that is to be repeated. */
function useKeptDraft(id: string, { wish, tenant }: Beginning): KeptDraft {
  const [initial, setInitial] = useState(() =>
    wish ? draftOfWish(wish) : { ...freshDraft(), tenantIds: tenant ? [tenant] : [] },
  )
  const [found] = useState(() => readKept(id))
  const [draft, setDraft] = useState(() => revived(found, initial))
  useEffect(() => keep(id, same(draft, initial) ? undefined : draft), [id, draft, initial])
  return { draft, setDraft, initial, setInitial, restored: found !== null }
}

/** Where there is one tenant, nobody has to choose it. */
function useOnlyTenant(
  { known, only }: { known: Map<string, Tenant>; only: boolean },
  kept: KeptDraft,
): void {
  const [id] = known.keys()
  const { restored, setDraft, setInitial } = kept
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the tenants are there
  useEffect(() => {
    if (!only || restored || id === undefined) return
    const chosen = (have: Draft) => (have.tenantIds.length > 0 ? have : { ...have, tenantIds: [id] })
    setInitial(chosen)
    setDraft(chosen)
  }, [only])
}

function useErrors(
  { refusals, sent }: { refusals: Refusal[]; sent?: Draft },
  ofProfile: Refusal[],
  known: Map<string, Tenant>,
) {
  return useMemo(() => {
    const nameOf = (path: readonly string[]) => {
      const [list, index] = path[0] === 'input' ? path.slice(1) : path
      if (list === 'regions') return sent?.regions[Number(index)]
      return list === 'tenantIds' ? known.get(sent?.tenantIds[Number(index)] ?? '')?.name : undefined
    }
    // The name of a profile has a field of its own.
    return errorsOf([...refusals, ...ofProfile.filter(({ field }) => field?.at(-1) !== 'name')], nameOf)
  }, [refusals, ofProfile, sent, known])
}

const regionsOf = (tenantIds: readonly string[], known: Map<string, Tenant>): string[] => [
  ...new Set(tenantIds.flatMap((id) => known.get(id)?.regions.map(({ code }) => code) ?? [])),
]
