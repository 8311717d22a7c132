import type { Cloud, Server } from './server'

/** Asks by plain POST, so that what a page shows was not made by itself. */
export async function api<Data = Record<string, never>>(
  server: Server,
  query: string,
  variables: object = {},
): Promise<Data> {
  const answer = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors } = await answer.json()
  if (errors) throw new Error(JSON.stringify(errors))
  return data
}

/** Brings the cloud's tenants to the server. Answers their ids. */
export async function importTenants(server: Server, cloud: Cloud): Promise<string[]> {
  const query = `mutation Import($input: TenantImportInput!) {
    tenantImport(input: $input) { results { tenant { id } userErrors { message } } userErrors { message } }
  }`
  const input = { config: cloud.config, keys: [{ name: 'key.pem', text: cloud.key }] }
  const { tenantImport } = await api<{ tenantImport: { results: { tenant: { id: string } }[] } }>(
    server,
    query,
    { input },
  )
  return tenantImport.results.map(({ tenant }) => tenant.id)
}

export interface Wish {
  name: string
  tenantIds: string[]
  interval?: number
  shape?: string
  start?: boolean
}

/** Makes a task. Answers its id. */
export async function createTask(
  server: Server,
  { name, tenantIds, interval = 1, shape, start = true }: Wish,
): Promise<string> {
  const query = `mutation Create($input: GrabTaskCreateInput!) {
    grabTaskCreate(input: $input) { grabTasks { id } userErrors { message field } }
  }`
  const flexible = { shape: 'VM.Standard.A1.Flex', ocpus: 2, memoryGb: 12 }
  const spec = { ...(shape ? { shape } : flexible), image: 'Canonical Ubuntu 22.04' }
  const input = { name, tenantIds, start, schedule: { interval }, spec }
  type Told = { grabTaskCreate: { grabTasks: { id: string }[]; userErrors: unknown[] } }
  const { grabTaskCreate } = await api<Told>(server, query, { input })
  const id = grabTaskCreate.grabTasks[0]?.id
  if (!id) throw new Error(JSON.stringify(grabTaskCreate.userErrors))
  return id
}
