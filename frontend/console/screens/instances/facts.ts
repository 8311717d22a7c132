/** What can be said of an instance from what is known of it. */
import { shortened } from '../../ui/copy'
import { sshOf } from '../../ui/ssh'
import type { GrabbedInstance, Instance } from './list'

/** The cloud's own id stands for the name until the instance itself was looked at. */
export const nameOf = ({ name }: Instance) => (name.startsWith('ocid1.') ? shortened(name, 8) : name)

export function matches({ instance, task }: GrabbedInstance, q: string): boolean {
  const { name, providerId, region, zone, publicIps, privateIps } = instance
  const wanted = q.trim().toLowerCase()
  return [name, providerId, region, zone, task.name, task.tenant.name, ...publicIps, ...privateIps].some(
    (text) => text.toLowerCase().includes(wanted),
  )
}

export function sizeOf({ size }: Instance): string | undefined {
  return size ? `${size.ocpus} OCPU · ${size.memoryGb} GB` : undefined
}

/** The command that gets one in, once it has an address. */
export function loginOf({ instance: { publicIps }, task }: GrabbedInstance): string | undefined {
  const [address] = publicIps
  return address && sshOf(address, task.spec)
}
