/** How one gets into an instance. */

/** What its task set up for getting in. */
export interface Access {
  image: string
  hasRootPassword: boolean
  sshKeys: readonly string[]
}

/** Images have one user each; a password, if that is all there is, is root's. Of other images nobody knows whom they let in. */
export function sshOf(address: string, access: Access | null | undefined): string {
  const user = access && userOf(access)
  return `ssh ${user ? `${user}@` : ''}${address}`
}

function userOf({ image, hasRootPassword, sshKeys }: Access): string | undefined {
  if (hasRootPassword && sshKeys.length === 0) return 'root'
  if (/ubuntu/i.test(image)) return 'ubuntu'
  return /oracle.*linux|centos/i.test(image) ? 'opc' : undefined
}
