import { api } from './api'
import type { Server } from './server'

/** The simplest command that makes an event. */
export const PROFILE_CREATE = `mutation ProfileCreate($input: LaunchProfileCreateInput!) {
  launchProfileCreate(input: $input) {
    position
    launchProfile { id name }
    userErrors { code message field }
  }
}`

export function profile(name: string) {
  const spec = {
    shape: 'VM.Standard.A1.Flex',
    image: 'Canonical Ubuntu 22.04',
    sizes: [{ ocpus: 1, memoryGb: 6 }],
  }
  return { input: { name, spec } }
}

/** Answers the position of the event. */
export async function makeEvent(server: Server, name: string): Promise<number> {
  type Told = { launchProfileCreate: { position: string | null } }
  const { launchProfileCreate } = await api<Told>(server, PROFILE_CREATE, profile(name))
  if (!launchProfileCreate.position) throw new Error(`no event: ${JSON.stringify(launchProfileCreate)}`)
  return Number(launchProfileCreate.position)
}
