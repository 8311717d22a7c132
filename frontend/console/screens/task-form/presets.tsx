import { Select, Text } from '@mantine/core'
import { useState } from 'react'

import { useAsk } from '../../graphql/asking'
import { useTaskForm } from './context'
import { Presets as Document, type LaunchProfile, type Wish } from './documents'
import { type Draft, draftOfSpec, draftOfWish } from './draft'
import { words } from './words'

interface Known {
  profiles: LaunchProfile[]
  recent: Wish[]
  fault: string | undefined
  again(): void
}

export function usePresets(): Known {
  const { data, fault, again } = useAsk(Document, {})
  return {
    profiles: data?.launchProfiles.nodes ?? [],
    recent: data?.grabTasks.nodes ?? [],
    fault: fault?.message,
    again,
  }
}

/** What to begin with: a launch profile, or what another task wants. */
export function Presets({ presets: { profiles, recent, fault } }: { presets: Known }) {
  const { draft, patch, error } = useTaskForm()
  const said = words.use()
  const [task, setTask] = useState<Wish>()
  const choose = (chosen: string | null) => {
    const profile = profiles.find(({ id }) => id === chosen)
    const wish = recent.find(({ id }) => id === chosen)
    setTask(wish)
    if (profile) patch(ofProfile(profile, draft))
    else if (wish) patch(ofWish(wish, draft))
    else patch({ profileId: '' })
  }
  const groups = [
    { group: said.profiles, items: profiles.map(({ id, name }) => ({ value: id, label: name })) },
    { group: said.recent, items: recent.map(({ id, name }) => ({ value: id, label: name })) },
  ]
  if (profiles.length + recent.length === 0 && !fault) return null
  const profile = profiles.find(({ id }) => id === draft.profileId)
  const sealed = (spec: Pick<LaunchProfile['spec'], 'hasRootPassword' | 'hasUserData'> | null | undefined) =>
    spec?.hasRootPassword || spec?.hasUserData
  return (
    <div>
      <Select
        label={said.preset}
        description={said.presetHint}
        data={groups.filter(({ items }) => items.length > 0)}
        value={draft.profileId || task?.id || null}
        onChange={choose}
        searchable
        clearable
        error={error('profileId') ?? fault}
      />
      {profile && sealed(profile.spec) && (
        <Text size="sm" c="dimmed" mt={4}>
          {said.fromProfile}
        </Text>
      )}
      {task && sealed(task.spec) && <SecretsStayed />}
    </div>
  )
}

export function SecretsStayed() {
  return (
    <Text size="sm" c="dimmed" mt={4}>
      {words.use().secretsStayed}
    </Text>
  )
}

/** A profile may leave the region open: then what was chosen here stays. */
function ofProfile({ id, spec }: LaunchProfile, { regions }: Draft): Partial<Draft> {
  const filled = draftOfSpec(spec)
  return { ...filled, profileId: id, regions: filled.regions?.length ? filled.regions : regions }
}

/** Whom it is for stays as it was chosen here. */
function ofWish(wish: Wish, { tenantIds, name }: Draft): Partial<Draft> {
  const filled = draftOfWish(wish)
  return { ...filled, name, tenantIds: tenantIds.length > 0 ? tenantIds : filled.tenantIds }
}
