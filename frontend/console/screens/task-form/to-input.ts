/** What was filled in, said as the API wants to hear it. Whether it will do, the server says: nothing is refused here. */
import { DAY_MINUTES, minuteOf, momentOf } from '../../i18n/clock'
import type { CreateInput, ScheduleInput, SpecInput, UpdateInput } from './documents'
import { type Amount, type Draft, type Secrets, same } from './draft'

export function createInput(draft: Draft, secrets: Secrets, start: boolean): CreateInput {
  const common = {
    tenantIds: draft.tenantIds,
    schedule: scheduleInput(draft),
    start,
    ...(draft.name.trim() && { name: draft.name.trim() }),
  }
  if (draft.goal === 'start') {
    const [region] = draft.regions
    return { ...common, startInstance: { instance: draft.instance.trim(), ...(region && { region }) } }
  }
  return {
    ...common,
    ...(draft.profileId && { profileId: draft.profileId }),
    spec: specInput(draft, secrets),
    ...(draft.eachRegion && { regions: draft.regions }),
  }
}

/** Only what differs: what is absent stays. Undefined when nothing does. */
export function updateInput(
  base: Draft,
  mine: Draft,
  secrets: Secrets,
): Omit<UpdateInput, 'taskId'> | undefined {
  const [spec, before] = [specInput(mine, secrets), specInput(base, UNTOUCHED)]
  const schedule = scheduleInput(mine)
  const input = {
    ...(mine.name !== base.name && { name: mine.name.trim() }),
    // A spec goes whole, and only for a task that has one.
    ...(mine.goal === 'launch' && !same(spec, before) && { spec }),
    ...(!same(schedule, scheduleInput(base)) && { schedule }),
  }
  return Object.keys(input).length > 0 ? input : undefined
}

/** A launch profile keeps no tenant, no schedule and no name of a task. */
export const profileInput = (name: string, draft: Draft, secrets: Secrets) => ({
  name: name.trim(),
  spec: specInput({ ...draft, eachRegion: false }, secrets),
})

/** Everything is said, so that nothing that the form does not show comes in from elsewhere. */
export function specInput(draft: Draft, secrets: Secrets): SpecInput {
  return {
    shape: draft.shape.trim(),
    sizes: isFlexible(draft.shape) ? draft.sizes.map(sizeInput) : [],
    image: draft.image.trim(),
    bootVolumeGb: whole(draft.bootVolumeGb),
    // 0 is “as is usual in the cloud”; absent, it would be as in the launch profile.
    vpusPerGb: whole(draft.vpusPerGb) ?? 0,
    count: whole(draft.count),
    regions: draft.eachRegion ? [] : draft.regions,
    availabilityDomains: draft.availabilityDomains,
    subnet: draft.subnet.trim(),
    publicIpv4: draft.publicIpv4,
    ipv6: draft.ipv6,
    tags: draft.tags.map(({ name, value }) => ({ name: name.trim(), value: value.trim() })),
    sshKeys: linesOf(draft.sshKeys),
    rootPassword: secretInput(secrets.rootPassword, secrets.dropRootPassword),
    userData: secretInput(secrets.userData, secrets.dropUserData),
  }
}

export function scheduleInput(draft: Draft): ScheduleInput {
  return {
    interval: whole(draft.interval),
    jitterPercent: whole(draft.jitterPercent),
    maxAttempts: whole(draft.maxAttempts),
    startAt: momentOf(draft.startAt),
    deadline: momentOf(draft.deadline),
    windows: draft.windows.map(({ days, from, to }) => ({
      days,
      fromMinute: minuteOf(from),
      // A day ends at its last midnight, not at its first.
      toMinute: minuteOf(to) || DAY_MINUTES,
    })),
    cronWindows: draft.cronWindows.map(({ cron, minutes }) => ({
      cron: cron.trim(),
      minutes: whole(minutes) ?? 0,
    })),
    utcOffsetMinutes: draft.windows.length + draft.cronWindows.length > 0 ? draft.utcOffsetMinutes : 0,
  }
}

/** Only shapes of this kind have a size to choose: the API says so of `sizes`. */
export const isFlexible = (shape: string) => shape.trim().endsWith('.Flex')

/** How many tasks it will make. */
export function taskCount({ goal, tenantIds, regions, eachRegion }: Draft): number {
  return tenantIds.length * (goal === 'launch' && eachRegion ? Math.max(1, regions.length) : 1)
}

/** How many requests all of them make in an hour; undefined while the interval is not known. */
export function requestsPerHour(draft: Draft): number | undefined {
  return draft.interval ? Math.round((taskCount(draft) * 3_600) / draft.interval) : undefined
}

/** What of the tenants and regions is still to be made, when some of the tasks were made and others refused. */
export function remaining(
  draft: Draft,
  made: readonly { tenant: { id: string }; spec: { regions: string[] } | null }[],
): Pick<Draft, 'tenantIds' | 'regions'> {
  const each = draft.eachRegion && draft.goal === 'launch'
  const left = (tenantId: string) =>
    (each ? draft.regions : ['']).filter(
      (region) =>
        !made.some(({ tenant, spec }) => tenant.id === tenantId && (!each || spec?.regions.includes(region))),
    )
  const open = draft.tenantIds
    .map((id) => ({ id, regions: left(id) }))
    .filter(({ regions }) => regions.length > 0)
  // Tenants of which other regions are missing would get some twice: they wait for the next time.
  const alike = open.filter(({ regions }) => same(regions, open[0]?.regions))
  return {
    tenantIds: alike.map(({ id }) => id),
    regions: each ? (open[0]?.regions ?? []) : draft.regions,
  }
}

const LARGEST_INT = 2_147_483_647

const UNTOUCHED: Secrets = { rootPassword: '', dropRootPassword: false, userData: '', dropUserData: false }

/** Absent, it stays or is not there at all; empty, it is taken away. */
const secretInput = (text: string, drop: boolean) => (drop ? '' : text || undefined)

/** An empty number is none that the server takes, and it says so of that field. */
const sizeInput = ({ ocpus, memoryGb }: { ocpus: Amount; memoryGb: Amount }) => ({
  ocpus: ocpus || 0,
  memoryGb: memoryGb || 0,
})

/** A whole number that the API can read: whether it is a sensible one, the server says. */
function whole(amount: Amount): number | undefined {
  if (amount === '' || !Number.isFinite(amount)) return undefined
  return Math.min(LARGEST_INT, Math.max(0, Math.round(amount)))
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
