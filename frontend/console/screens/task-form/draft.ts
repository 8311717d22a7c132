/** What a person has filled in so far, as the fields hold it. It knows nothing of the server's rules: `to-input.ts` says it to the server. */
import type { Weekday } from '../../graphql/enums'
import { clockOf, DAY_MINUTES, offsetHere, toLocal } from '../../i18n/clock'
import type { Spec, Wish } from './documents'

/** A number field: empty while nothing is in it. */
export type Amount = number | ''

export interface Size {
  ocpus: Amount
  memoryGb: Amount
}

export interface DayWindow {
  days: Weekday[]
  /** `HH:MM`. */
  from: string
  /** `HH:MM`; midnight is the end of the day. */
  to: string
}

export interface CronWindow {
  cron: string
  minutes: Amount
}

export interface Draft {
  /** Something new, or a stopped instance that is to be started. */
  goal: 'launch' | 'start'
  name: string
  tenantIds: string[]
  regions: string[]
  /** One task in each region, rather than one that tries them in turn. */
  eachRegion: boolean
  /** The launch profile that it was filled in from, whose secrets come along. Empty: none. */
  profileId: string
  shape: string
  sizes: Size[]
  image: string
  bootVolumeGb: Amount
  vpusPerGb: Amount
  count: Amount
  /** One a line. */
  sshKeys: string
  availabilityDomains: string[]
  subnet: string
  publicIpv4: boolean
  ipv6: boolean
  tags: { name: string; value: string }[]
  /** The stopped instance, by the cloud's id. */
  instance: string
  interval: Amount
  jitterPercent: Amount
  /** As `datetime-local` writes it, on the clock of the browser. */
  startAt: string
  deadline: string
  maxAttempts: Amount
  windows: DayWindow[]
  cronWindows: CronWindow[]
  utcOffsetMinutes: number
}

/** What is never written to the browser's storage. `drop` takes away what stands. */
export interface Secrets {
  rootPassword: string
  dropRootPassword: boolean
  userData: string
  dropUserData: boolean
}

export const NO_SECRETS: Secrets = {
  rootPassword: '',
  dropRootPassword: false,
  userData: '',
  dropUserData: false,
}

/** What most people want: the Always Free machine, each minute. */
export const freshDraft = (): Draft => ({
  goal: 'launch',
  name: '',
  tenantIds: [],
  regions: [],
  eachRegion: false,
  profileId: '',
  shape: 'VM.Standard.A1.Flex',
  sizes: [{ ocpus: 2, memoryGb: 12 }],
  image: 'Canonical Ubuntu 24.04',
  bootVolumeGb: 50,
  vpusPerGb: '',
  count: 1,
  sshKeys: '',
  availabilityDomains: [],
  subnet: '',
  publicIpv4: true,
  ipv6: false,
  tags: [],
  instance: '',
  interval: 60,
  jitterPercent: 20,
  startAt: '',
  deadline: '',
  maxAttempts: '',
  windows: [],
  cronWindows: [],
  utcOffsetMinutes: offsetHere(),
})

/** The fields that a spec fills in: of a task, or of a launch profile. */
export function draftOfSpec(spec: Spec): Partial<Draft> {
  return {
    goal: 'launch',
    shape: spec.shape,
    sizes: spec.sizes.map(({ ocpus, memoryGb }) => ({ ocpus, memoryGb })),
    image: spec.image,
    bootVolumeGb: spec.bootVolumeGb,
    vpusPerGb: spec.vpusPerGb ?? '',
    count: spec.count,
    sshKeys: spec.sshKeys.join('\n'),
    regions: [...spec.regions],
    availabilityDomains: [...spec.availabilityDomains],
    subnet: spec.subnet ?? '',
    publicIpv4: spec.publicIpv4,
    ipv6: spec.ipv6,
    tags: spec.tags.map(({ name, value }) => ({ name, value })),
  }
}

export function draftOfWish({ name, tenant, spec, startsInstance, schedule }: Wish): Draft {
  const goal: Partial<Draft> = startsInstance
    ? { goal: 'start', instance: startsInstance.instance, regions: [startsInstance.region] }
    : spec
      ? draftOfSpec(spec)
      : {}
  return {
    ...freshDraft(),
    ...goal,
    name,
    tenantIds: [tenant.id],
    interval: schedule.interval,
    jitterPercent: schedule.jitterPercent,
    // Read as null when it never gives up, which is said as 0: empty would be “as configured”.
    maxAttempts: schedule.maxAttempts ?? 0,
    startAt: schedule.startAt ? toLocal(schedule.startAt) : '',
    deadline: schedule.deadline ? toLocal(schedule.deadline) : '',
    windows: schedule.windows.map(({ days, fromMinute, toMinute }) => ({
      days: [...days],
      from: clockOf(fromMinute),
      // A field of a time knows no 24:00.
      to: clockOf(toMinute % DAY_MINUTES),
    })),
    cronWindows: schedule.cronWindows.map(({ cron, minutes }) => ({ cron, minutes })),
    // Without windows the clock does not matter, and the reader's own is the better one to begin with.
    utcOffsetMinutes:
      schedule.windows.length + schedule.cronWindows.length > 0 ? schedule.utcOffsetMinutes : offsetHere(),
  }
}

/** What somebody else changed meanwhile, with what was typed here on top of it. */
export function rebase(base: Draft, mine: Draft, newer: Draft): Draft {
  const typed = Object.entries(mine).filter(([field, value]) => !same(value, base[field as keyof Draft]))
  return { ...newer, ...Object.fromEntries(typed) }
}

/** A draft from the browser's storage. What is missing in it, or is of another kind by now, is as in the other. */
export function revived(said: unknown, fallback: Draft): Draft {
  if (typeof said !== 'object' || said === null) return fallback
  const kind = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value)
  const fits = ([field, value]: [string, unknown]) => {
    if (!(field in fallback)) return false
    const wanted = fallback[field as keyof Draft]
    return kind(value) === kind(wanted) || (AMOUNTS.has(field) && isAmount(value))
  }
  return { ...fallback, ...Object.fromEntries(Object.entries(said).filter(fits)) }
}

const AMOUNTS = new Set(['bootVolumeGb', 'vpusPerGb', 'count', 'interval', 'jitterPercent', 'maxAttempts'])

const isAmount = (value: unknown): value is Amount => value === '' || typeof value === 'number'

export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
