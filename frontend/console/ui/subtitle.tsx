import { catalogue } from '../i18n/catalogue'
import type { Task } from '../store/tasks'

const words = catalogue({ starts: 'starts an instance' }, { starts: '启动已有实例' })

/** Tenant, region, shape, size: what tells two tasks apart without opening them. */
export function Subtitle({ task: { tenant, spec, startsInstance } }: { task: Task }) {
  const { starts } = words.use()
  if (!spec) return [tenant.name, startsInstance?.region, starts].filter(Boolean).join(' · ')
  const regions = spec.regions.length > 1 ? `${spec.region} +${spec.regions.length - 1}` : spec.region
  const size = spec.ocpus && spec.memoryGb ? ` ${spec.ocpus}C/${spec.memoryGb}G` : ''
  const many = spec.count > 1 ? ` ×${spec.count}` : ''
  return `${tenant.name} · ${regions} · ${spec.shape.replace('VM.Standard.', '')}${size}${many}`
}
