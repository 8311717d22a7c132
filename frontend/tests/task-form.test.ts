import { expect, test } from 'vitest'

import { imagesFor, limitsOf, sharesOf } from '../console/screens/task-form/allowance'
import type { LaunchOptions, Wish } from '../console/screens/task-form/documents'
import {
  type Draft,
  draftOfWish,
  freshDraft,
  NO_SECRETS,
  rebase,
  revived,
} from '../console/screens/task-form/draft'
import { errorsOf, fieldOf } from '../console/screens/task-form/errors'
import { commandLine } from '../console/screens/task-form/to-cli'
import {
  createInput,
  profileInput,
  remaining,
  requestsPerHour,
  scheduleInput,
  specInput,
  taskCount,
  updateInput,
} from '../console/screens/task-form/to-input'

const draft = (change: Partial<Draft> = {}): Draft => ({
  ...freshDraft(),
  tenantIds: ['tenant_1'],
  ...change,
})

const WISH: Wish = {
  id: 'grab_1',
  name: 'tokyo',
  version: 7,
  allowedActions: ['UPDATE'],
  tenant: {
    id: 'tenant_1',
    name: 'main',
    homeRegion: { code: 'ap-tokyo-1' },
    regions: [{ code: 'ap-tokyo-1' }],
  },
  spec: {
    shape: 'VM.Standard.A1.Flex',
    sizes: [
      { ocpus: 4, memoryGb: 24 },
      { ocpus: 2, memoryGb: 12 },
    ],
    bootVolumeGb: 100,
    vpusPerGb: null,
    image: 'Canonical Ubuntu 24.04',
    regions: ['ap-tokyo-1'],
    availabilityDomains: [],
    subnet: null,
    publicIpv4: true,
    ipv6: false,
    tags: [{ name: 'for', value: 'me' }],
    count: 1,
    hasRootPassword: true,
    hasUserData: false,
    sshKeys: ['ssh-ed25519 AAAA a', 'ssh-rsa BBBB b'],
  },
  startsInstance: null,
  schedule: {
    interval: 90,
    jitterPercent: 10,
    maxAttempts: null,
    startAt: null,
    deadline: '2030-01-02T03:04:05.000Z',
    utcOffsetMinutes: 480,
    windows: [{ days: ['SATURDAY'], fromMinute: 1_320, toMinute: 1_440 }],
    cronWindows: [{ cron: '0 3 * * *', minutes: 60 }],
  },
}

test('a wish that was read is sent back as it was', () => {
  const again = draftOfWish(WISH)
  expect(updateInput(again, again, NO_SECRETS)).toBeUndefined()
  const { rootPassword, userData, ...spec } = specInput(again, NO_SECRETS)
  const { hasRootPassword, hasUserData, ...was } = WISH.spec ?? {}
  expect(spec).toEqual({ ...was, vpusPerGb: 0, subnet: '' })
  expect([rootPassword, userData, hasRootPassword, hasUserData]).toEqual([undefined, undefined, true, false])
  expect(scheduleInput(again)).toEqual({ ...WISH.schedule, maxAttempts: 0, startAt: undefined })
})

test('a change says only what is different, and each part whole', () => {
  const base = draftOfWish(WISH)
  expect(updateInput(base, { ...base, name: ' osaka ' }, NO_SECRETS)).toEqual({ name: 'osaka' })
  const slower = updateInput(base, { ...base, interval: 120 }, NO_SECRETS)
  expect(slower).toEqual({ schedule: { ...scheduleInput(base), interval: 120 } })
  expect(updateInput(base, { ...base, count: 2 }, NO_SECRETS)?.spec).toMatchObject({
    count: 2,
    image: 'Canonical Ubuntu 24.04',
  })
})

test('a secret stays when nothing is typed, is replaced by a text, and is taken away by an empty one', () => {
  const base = draftOfWish(WISH)
  const secret = (change: object) => updateInput(base, base, { ...NO_SECRETS, ...change })?.spec
  expect(secret({ rootPassword: 'new' })?.rootPassword).toBe('new')
  expect(secret({ dropRootPassword: true })?.rootPassword).toBe('')
  expect(secret({ dropUserData: true })?.rootPassword).toBeUndefined()
})

test('a task that starts an instance has a schedule to change, and no spec', () => {
  const wish: Wish = {
    ...WISH,
    spec: null,
    startsInstance: { instance: 'ocid1.instance.x', region: 'ap-tokyo-1' },
  }
  const base = draftOfWish(wish)
  expect(base).toMatchObject({ goal: 'start', instance: 'ocid1.instance.x', regions: ['ap-tokyo-1'] })
  expect(Object.keys(updateInput(base, { ...base, interval: 5, count: 3 }, NO_SECRETS) ?? {})).toEqual([
    'schedule',
  ])
})

test('regions are tried in turn by one task, or by one task each', () => {
  const regions = ['ap-tokyo-1', 'ap-osaka-1']
  const inTurn = createInput(draft({ regions }), NO_SECRETS, true)
  expect([inTurn.spec?.regions, inTurn.regions]).toEqual([regions, undefined])
  const each = createInput(draft({ regions, eachRegion: true }), NO_SECRETS, true)
  expect([each.spec?.regions, each.regions]).toEqual([[], regions])
  expect(profileInput('p', draft({ regions, eachRegion: true }), NO_SECRETS).spec.regions).toEqual(regions)
})

test('an instance to start goes without a spec and without a profile', () => {
  const start = draft({ goal: 'start', instance: ' ocid1.instance.x ', profileId: 'profile_1' })
  const input = createInput(start, { ...NO_SECRETS, rootPassword: 'secret' }, false)
  expect(input).toMatchObject({ startInstance: { instance: 'ocid1.instance.x' }, start: false })
  expect(Object.keys(input)).not.toEqual(expect.arrayContaining(['spec']))
  expect(JSON.stringify(input)).not.toMatch(/secret|profile/)
})

test('a fixed shape has no sizes, and an empty number is one that the server refuses at its own field', () => {
  expect(specInput(draft({ shape: 'VM.Standard.E2.1.Micro' }), NO_SECRETS).sizes).toEqual([])
  expect(specInput(draft({ sizes: [{ ocpus: '', memoryGb: 12 }] }), NO_SECRETS).sizes).toEqual([
    { ocpus: 0, memoryGb: 12 },
  ])
  expect(specInput(draft({ count: '', bootVolumeGb: 1e12 }), NO_SECRETS)).toMatchObject({
    count: undefined,
    bootVolumeGb: 2_147_483_647,
  })
})

test('a window that ends at midnight ends with its day', () => {
  const windows: Draft['windows'] = [
    { days: ['MONDAY'], from: '22:30', to: '00:00' },
    { days: [], from: '', to: '08:00' },
  ]
  expect(scheduleInput(draft({ windows, utcOffsetMinutes: 480 }))).toMatchObject({
    windows: [
      { days: ['MONDAY'], fromMinute: 1_350, toMinute: 1_440 },
      { days: [], fromMinute: -1, toMinute: 480 },
    ],
    utcOffsetMinutes: 480,
  })
  expect(scheduleInput(draft({ utcOffsetMinutes: 480 })).utcOffsetMinutes).toBe(0)
})

test('what it comes to is counted', () => {
  const two = draft({ tenantIds: ['a', 'b'], regions: ['x', 'y'], eachRegion: true, interval: 60 })
  expect([taskCount(two), requestsPerHour(two)]).toEqual([4, 240])
  expect([taskCount({ ...two, eachRegion: false }), requestsPerHour({ ...two, interval: '' })]).toEqual([
    2,
    undefined,
  ])
})

test('what was made is not made again', () => {
  const made = (id: string, region: string) => ({ tenant: { id }, spec: { regions: [region] } })
  const plain = draft({ tenantIds: ['a', 'b'], regions: ['x'] })
  expect(remaining(plain, [made('a', 'x')])).toEqual({ tenantIds: ['b'], regions: ['x'] })
  const each = draft({ tenantIds: ['a', 'b'], regions: ['x', 'y'], eachRegion: true })
  expect(remaining(each, [made('a', 'x'), made('b', 'x')])).toEqual({ tenantIds: ['a', 'b'], regions: ['y'] })
  expect(remaining(each, [made('a', 'x'), made('a', 'y')])).toEqual({ tenantIds: ['b'], regions: ['x', 'y'] })
  expect(remaining(each, [made('a', 'x')])).toEqual({ tenantIds: ['a'], regions: ['y'] })
})

test('what was typed stays on top of what somebody else changed', () => {
  const base = draftOfWish(WISH)
  const newer = { ...base, interval: 300, name: 'theirs' }
  expect(rebase(base, { ...base, name: 'mine', count: 2 }, newer)).toEqual({
    ...newer,
    name: 'mine',
    count: 2,
  })
})

test('a draft that another version of the page kept does no harm', () => {
  const fallback = draft()
  expect(revived(null, fallback)).toBe(fallback)
  expect(revived({ name: 'x', sizes: 3, count: '', vpusPerGb: 20, odd: 1 }, fallback)).toEqual({
    ...fallback,
    name: 'x',
    count: '',
    vpusPerGb: 20,
  })
})

test('every path of the server leads to its field', () => {
  for (const [path, field] of [
    ['input.spec.shape', 'shape'],
    ['spec.ocpus', 'sizes.0.ocpus'],
    ['spec.sizes.1.memoryGb', 'sizes.1.memoryGb'],
    ['spec.sizes', 'sizes'],
    ['spec.region', 'regions'],
    ['spec.regions.1', 'regions'],
    ['regions.0', 'regions'],
    ['tenantIds.1', 'tenantIds'],
    ['startInstance', 'instance'],
    ['startInstance.instance', 'instance'],
    ['startInstance.region', 'regions'],
    ['schedule.cronWindows.1.cron', 'cronWindows.1.cron'],
    ['schedule.windows.2', 'windows.2'],
    ['schedule.utcOffsetMinutes', 'utcOffsetMinutes'],
    ['name', 'name'],
    ['spec', undefined],
    ['taskId', undefined],
    ['', undefined],
  ] as const) {
    expect(fieldOf(path.split('.')), path).toBe(field)
  }
})

test('reasons stand at their fields, name whom they are about, and open what is folded', () => {
  const refusal = (field: string[] | null, message: string) => ({ code: 'INVALID', field, message })
  const { at, rest, sections } = errorsOf(
    [
      refusal(['tenantIds', '1'], 'is gone'),
      refusal(['spec', 'tags'], 'too many'),
      refusal(['schedule', 'deadline'], 'is over'),
      refusal(null, 'no'),
    ],
    ([list]) => (list === 'tenantIds' ? 'seoul' : undefined),
  )
  expect([...at]).toEqual([
    ['tenantIds', 'seoul: is gone'],
    ['tags', 'too many'],
    ['deadline', 'is over'],
  ])
  expect([rest.length, sections]).toEqual([1, ['instance', 'schedule']])
})

const OFFERED: LaunchOptions = {
  region: 'ap-tokyo-1',
  fetchedAt: '2026-01-01T00:00:00Z',
  availabilityDomains: ['AD-1'],
  shapes: [
    { name: 'VM.Standard.A1.Flex', arch: 'arm64', alwaysFree: true, maxOcpus: 80, maxMemoryGb: 512 },
    { name: 'VM.Standard.A2.Flex', arch: 'arm64', alwaysFree: false, maxOcpus: 78, maxMemoryGb: 946 },
    { name: 'VM.Standard.E2.1.Micro', arch: 'x86_64', alwaysFree: true, maxOcpus: 1, maxMemoryGb: 1 },
  ],
  images: [
    { name: 'Both 1', shapes: ['VM.Standard.A1.Flex', 'VM.Standard.E2.1.Micro'] },
    { name: 'Small 1', shapes: ['VM.Standard.E2.1.Micro'] },
  ],
  quota: {
    limits: [
      { name: 'standard-a1-core-count', availabilityDomain: 'AD-1', total: 4, used: 0 },
      { name: 'standard-a1-core-regional-count', availabilityDomain: null, total: 4, used: 0 },
      { name: 'vm-standard-e2-1-micro-count', availabilityDomain: 'AD-1', total: 2, used: 1 },
    ],
  },
}

test('the free allowance warns of what is beyond it, all machines together', () => {
  const allowances = [
    { resource: 'ARM_OCPUS' as const, unit: 'OCPU', allowance: 2, used: null, left: null },
    { resource: 'MICRO_INSTANCES' as const, unit: 'instances', allowance: 2, used: 1, left: 1 },
    { resource: 'BLOCK_STORAGE' as const, unit: 'GB', allowance: 200, used: 150, left: 50 },
  ]
  const shares = sharesOf(allowances, OFFERED.shapes[0], draft(), 2)
  expect(shares.map(({ resource, wanted, beyond }) => [resource, wanted, beyond])).toEqual([
    ['ARM_OCPUS', 4, true],
    ['BLOCK_STORAGE', 100, true],
  ])
})

test('limits and systems are those of the shape', () => {
  const names = (shape: string) => limitsOf(OFFERED.quota.limits, shape).map(({ name }) => name)
  expect(names('VM.Standard.A1.Flex')).toEqual(['standard-a1-core-regional-count'])
  expect(names('VM.Standard.E2.1.Micro')).toEqual(['vm-standard-e2-1-micro-count'])
  expect(names('VM.Standard.A10.Flex')).toEqual([])
  expect(imagesFor(OFFERED, 'VM.Standard.A2.Flex')).toEqual(['Both 1'])
  expect(imagesFor(OFFERED, 'VM.Standard.E2.1.Micro')).toEqual(['Both 1', 'Small 1'])
  expect(imagesFor(OFFERED, 'something typed')).toEqual(['Both 1', 'Small 1'])
})

test('the command line says the same, quoted where a shell would stumble', () => {
  const line = commandLine(
    draft({
      name: "it's",
      sizes: [
        { ocpus: 4, memoryGb: 24 },
        { ocpus: 2, memoryGb: 12 },
      ],
      windows: [{ days: ['SATURDAY', 'SUNDAY'], from: '08:00', to: '00:00' }],
      utcOffsetMinutes: -210,
    }),
    false,
  )
  expect(line).toContain(`--name 'it'\\''s' --shape VM.Standard.A1.Flex --size 4/24 --size 2/12`)
  expect(line).toContain(`--window 'sat,sun 08:00-24:00' --utc-offset -03:30 --no-start`)
})
