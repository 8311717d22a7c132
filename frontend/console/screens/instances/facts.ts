/** What can be said of an instance from what is known of it. */
import { shortened } from '../../ui/copy'
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

/** Oracle's images have one user each; a password, if that is all there is, is root's. */
export function sshOf({ instance, task }: GrabbedInstance): string | undefined {
  const address = instance.publicIps[0]
  if (!address || !task.spec) return undefined
  const { image, hasRootPassword, sshKeys } = task.spec
  if (hasRootPassword && sshKeys.length === 0) return `ssh root@${address}`
  if (/ubuntu/i.test(image)) return `ssh ubuntu@${address}`
  if (/oracle.*linux|centos/i.test(image)) return `ssh opc@${address}`
  return `ssh ${address}`
}
