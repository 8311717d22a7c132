/** What of the Always Free allowance and of the quota stands beside the sizes. It warns, and forbids nothing. */
import type { FreeResource } from '../../graphql/enums'
import type { Allowance, LaunchOptions } from './documents'
import type { Draft } from './draft'

type Shape = LaunchOptions['shapes'][number]
type Limit = LaunchOptions['quota']['limits'][number]

export interface Share {
  resource: FreeResource
  unit: string
  allowance: number
  used: number | null
  /** What this draft takes of it. */
  wanted: number
  beyond: boolean
}

/** Those that a shape uses up. `machines`: how many the draft makes for one tenant. */
export function sharesOf(
  allowances: readonly Allowance[],
  shape: Shape | undefined,
  draft: Draft,
  machines: number,
): Share[] {
  const of: FreeResource[] = [...(shape ? resourcesOf(shape) : []), 'BLOCK_STORAGE']
  return allowances
    .filter(({ resource }) => of.includes(resource))
    .map(({ resource, unit, allowance, used }) => {
      const wanted = machines * takenBy(draft, resource)
      return { resource, unit, allowance, used, wanted, beyond: (used ?? 0) + wanted > allowance }
    })
}

function resourcesOf({ alwaysFree, arch }: Shape): FreeResource[] {
  if (!alwaysFree) return []
  return arch === 'arm64' ? ['ARM_OCPUS', 'ARM_MEMORY'] : ['MICRO_INSTANCES']
}

/** By one instance, at the size that is wanted most. */
function takenBy({ sizes, bootVolumeGb }: Draft, resource: FreeResource): number {
  switch (resource) {
    case 'ARM_OCPUS':
      return sizes[0]?.ocpus || 0
    case 'ARM_MEMORY':
      return sizes[0]?.memoryGb || 0
    case 'MICRO_INSTANCES':
      return 1
    case 'BLOCK_STORAGE':
      return bootVolumeGb || 0
  }
}

/** The limits of a shape: those of the whole region where there are any, else those of each availability domain. */
export function limitsOf(limits: readonly Limit[], shape: string): Limit[] {
  const slug = `-${shape.toLowerCase().replaceAll('.', '-')}-`
  const own = limits.filter(({ name }) => slug.includes(`-${name.replace(COUNTED, '')}-`))
  const regional = own.filter(({ availabilityDomain }) => availabilityDomain === null)
  return regional.length > 0 ? regional : own
}

/** `standard-a1-core-regional-count` counts cores of `standard-a1`. */
const COUNTED = /(-core|-memory)?(-regional)?-count$/

/** Systems that run on a shape. The cloud tells only which free shapes they run on: one of the same processor will do. */
export function imagesFor({ images, shapes }: LaunchOptions, shape: string): string[] {
  const arch = shapes.find(({ name }) => name === shape)?.arch
  const alike = shapes.filter((other) => other.arch === arch).map(({ name }) => name)
  const fits = (image: (typeof images)[number]) =>
    image.shapes.includes(shape) || image.shapes.some((name) => alike.includes(name))
  return images.filter((image) => arch === undefined || fits(image)).map(({ name }) => name)
}
