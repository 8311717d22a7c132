/** Which field of the form a reason of the server belongs beneath. */
import type { Refusal } from '../../graphql/command'

export type Section = 'instance' | 'schedule'

/** What is folded away, and where. */
const FOLDED: Record<string, Section> = {
  vpusPerGb: 'instance',
  availabilityDomains: 'instance',
  subnet: 'instance',
  publicIpv4: 'instance',
  ipv6: 'instance',
  tags: 'instance',
  userData: 'instance',
  startAt: 'schedule',
  deadline: 'schedule',
  maxAttempts: 'schedule',
  windows: 'schedule',
  cronWindows: 'schedule',
  utcOffsetMinutes: 'schedule',
}

const PLAIN = new Set([
  'name',
  'profileId',
  'tenantIds',
  'regions',
  'shape',
  'image',
  'bootVolumeGb',
  'count',
  'rootPassword',
  'sshKeys',
  'instance',
  'interval',
  'jitterPercent',
  ...Object.keys(FOLDED),
])

/** By the path of `UserError.field`. Undefined: it is about the whole, or about nothing that the form shows. */
export function fieldOf(path: readonly string[]): string | undefined {
  const said = path[0] === 'input' ? path.slice(1) : path
  const [noun = '', ...below] = GROUPS.has(said[0] ?? '') && said.length > 1 ? said.slice(1) : said
  // A spec of one size, and of one region, may be said in another way than in a list.
  if (noun === 'ocpus' || noun === 'memoryGb') return `sizes.0.${noun}`
  if (noun === 'region') return 'regions'
  if (noun === 'startInstance') return 'instance'
  if (noun === 'sizes' || noun === 'cronWindows') return [noun, ...below].join('.')
  if (noun === 'windows') return [noun, ...below.slice(0, 1)].join('.')
  return PLAIN.has(noun) ? noun : undefined
}

const GROUPS = new Set(['spec', 'schedule', 'startInstance'])

export interface Errors {
  /** What stands beneath each field. */
  at: Map<string, string>
  /** What has no field of its own. */
  rest: Refusal[]
  /** What must be unfolded for all of it to be seen. */
  sections: Section[]
}

/** `nameOf` tells which tenant or region is meant where a reason is about one of several. */
export function errorsOf(
  refusals: readonly Refusal[],
  nameOf: (path: readonly string[]) => string | undefined,
): Errors {
  const at = new Map<string, string>()
  const rest: Refusal[] = []
  const sections = new Set<Section>()
  for (const refusal of refusals) {
    const field = fieldOf(refusal.field ?? [])
    if (!field) {
      rest.push(refusal)
      continue
    }
    const said = [refusal.message, refusal.hint].filter(Boolean).join(' ')
    const name = nameOf(refusal.field ?? [])
    at.set(field, [at.get(field), name ? `${name}: ${said}` : said].filter(Boolean).join(' '))
    const section = FOLDED[field.split('.')[0] ?? '']
    if (section) sections.add(section)
  }
  return { at, rest, sections: [...sections] }
}
