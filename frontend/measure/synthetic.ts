/** A server of words only: so many tasks and log lines as are asked for, and feeds as fast as wanted. The page is what is measured. */
import type { Page, WebSocketRoute } from 'playwright-core'

const NOW = Date.now()
const at = (ms: number) => new Date(ms).toISOString()

let position = 1_000_000

export function task(number: number, attempts = 16_015) {
  position += 1
  const running = number % 5 !== 4
  return {
    __typename: 'GrabTask',
    id: `grab_${String(number).padStart(26, '0')}`,
    name: `task ${number}`,
    state: running ? 'RUNNING' : 'PAUSED',
    stateReason: 'tries every minute',
    stateHint: null,
    position: String(position),
    version: attempts,
    allowedActions: running ? ['PAUSE', 'STOP', 'ATTEMPT_NOW', 'UPDATE'] : ['RESUME', 'STOP', 'UPDATE'],
    attemptCount: attempts,
    faultCount: number % 7,
    createdAt: at(NOW - 86_400_000 - number * 1_000),
    startedAt: at(NOW - 86_000_000),
    finishedAt: null,
    queuedAt: null,
    nextAttemptAt: running ? at(Date.now() + (number % 60) * 1_000) : null,
    tenant: { id: 'tenant_1', name: 'tokyo-main', throttledUntil: null },
    spec: {
      shape: 'VM.Standard.A1.Flex',
      region: 'ap-tokyo-1',
      regions: ['ap-tokyo-1'],
      ocpus: 2,
      memoryGb: 12,
      count: 1,
      image: 'Canonical Ubuntu 22.04',
      bootVolumeGb: 50,
    },
    startsInstance: null,
    schedule: { interval: 60 },
    lastAttempt: {
      id: `attempt_${number}_${attempts}`,
      number: attempts,
      startedAt: at(Date.now()),
      outcome: 'CAPACITY',
      durationMs: 1_400,
      availabilityDomain: 'AD-1',
      reason: 'out of host capacity',
    },
    instances: [],
  }
}

const LEVELS = ['INFO', 'INFO', 'INFO', 'WARN', 'ERROR']

export function logEntry(number: number) {
  return {
    key: `line-${number}`,
    position: String(number),
    index: 0,
    time: at(NOW - 1_000_000 + number * 10),
    firstTime: at(NOW - 1_000_000 + number * 10),
    level: LEVELS[number % LEVELS.length],
    category: 'GRAB',
    message: `attempt ${number}: out of host capacity in AD-${(number % 3) + 1}`,
    fields: { number },
    actor: 'system',
    repeatCount: 1,
    task: { id: 'grab_1', name: 'task 1' },
    tenant: { id: 'tenant_1', name: 'tokyo-main' },
  }
}

export interface Sizes {
  tasks: number
  lines: number
}

interface Asked {
  query: string
  operationName?: string
  variables?: {
    first?: number
    last?: number
    after?: string | null
    before?: string | null
    ids?: string[]
    count?: number
  }
}

function page(total: number, { first, last, after, before }: NonNullable<Asked['variables']>) {
  const wanted = first ?? last ?? 20
  const from = Number(after ?? before ?? 0)
  const to = Math.min(total, from + wanted)
  const numbers = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
  const pageInfo = {
    startCursor: String(from),
    endCursor: String(to),
    hasNextPage: to < total,
    hasPreviousPage: to < total,
  }
  return { numbers, pageInfo }
}

/** What is answered, by the field that is asked for. */
export function answer({ query, variables = {} }: Asked, sizes: Sizes): object {
  if (query.includes('query Hello')) {
    const server = {
      version: '0',
      commit: '0',
      demo: false,
      setupRequired: false,
      minInterval: 1,
      concurrentLimit: 10_000,
      now: at(Date.now()),
    }
    const scopes = ['READ', 'OPERATE', 'ADMINISTER']
    return {
      server,
      viewer: { id: null, username: 'owner', role: 'SUPER_ADMIN', scopes, secondFactor: false, locale: 'en' },
    }
  }
  if (query.includes('attemptBuckets')) {
    const buckets = Array.from({ length: variables.count ?? 30 }, (_, index) => ({
      start: at(NOW - (30 - index) * 60_000),
      outcomes: [{ outcome: 'CAPACITY', count: 1 + (index % 3) }],
    }))
    const nodes = (variables.ids ?? []).map((id) => ({
      __typename: 'GrabTask',
      id,
      lastAttempt: { number: 16_015, outcome: 'CAPACITY' },
      attemptBuckets: buckets,
    }))
    return { nodes }
  }
  if (query.includes('grabTasks')) {
    const { numbers, pageInfo } = page(sizes.tasks, variables)
    return {
      grabTasks: {
        position: '1',
        totalCount: sizes.tasks,
        pageInfo,
        nodes: numbers.map((number) => task(number)),
      },
    }
  }
  if (query.includes('logs(') || query.includes('logs (')) {
    const { numbers, pageInfo } = page(sizes.lines, variables)
    const nodes = numbers.map((number) => logEntry(sizes.lines - number))
    return { logs: { position: String(sizes.lines), pageInfo, nodes } }
  }
  if (query.includes('alerts(')) {
    const pageInfo = { hasNextPage: false, endCursor: null }
    return { alerts: { position: '1', totalCount: 0, pageInfo, nodes: [] } }
  }
  return { tenants: { position: '1', totalCount: 1, nodes: [{ id: 'tenant_1', name: 'tokyo-main' }] } }
}

/** Puts it in place of the server. Answers how to tell every subscriber of a feed something. */
export async function pretend(page: Page, sizes: Sizes): Promise<(feed: string, data: object) => void> {
  let listening: { feed: string; id: string; socket: WebSocketRoute }[] = []
  await page.route('**/graphql', async (route) => {
    const asked = route.request().postDataJSON() as Asked
    await route.fulfill({ json: { data: answer(asked, sizes) } })
  })
  await page.routeWebSocket(/\/graphql$/, (socket) => {
    socket.onMessage((text) => {
      const { type, id, payload } = JSON.parse(String(text))
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }))
      if (type === 'ping') socket.send(JSON.stringify({ type: 'pong' }))
      if (type === 'subscribe') listening.push({ feed: payload.query, id, socket })
      if (type === 'complete') listening = listening.filter((one) => one.socket !== socket || one.id !== id)
    })
    socket.onClose((code, reason) => {
      listening = listening.filter((one) => one.socket !== socket)
      void socket.close({ code, reason })
    })
  })
  return (feed, data) => {
    const told = listening.filter(({ feed: query }) => query.includes(feed))
    // What is measured is a page that hears everything.
    if (told.length === 0) throw new Error(`nobody listens to ${feed}`)
    for (const { id, socket } of told) socket.send(JSON.stringify({ type: 'next', id, payload: { data } }))
  }
}
