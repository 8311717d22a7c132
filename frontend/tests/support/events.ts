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

/** By plain POST, so that what a client under test sees was not made by itself. Answers the position of the event. */
export async function makeEvent(server: Server, name: string): Promise<number> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: PROFILE_CREATE, variables: profile(name) }),
  })
  const { data, errors } = await answer.json()
  const payload = data?.launchProfileCreate
  if (!payload?.position) throw new Error(`no event: ${JSON.stringify(errors ?? payload)}`)
  return Number(payload.position)
}
