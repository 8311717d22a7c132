/** Every screen in both themes, on a desk and on a phone: nothing that shuts anybody out, nothing from elsewhere, nothing broken, and a picture. */
import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api, createTask, importTenants } from '../support/api'
import { startBrowser } from '../support/browser'
import { axe, DESKTOP, enter, isLive, PHONE } from '../support/console'
import { type Cloud, type Server, speakingTo, startCloud, startServer } from '../support/server'
import { untilTrue } from '../support/until'

const SCRIPT = `
[[rule]]
shape = "VM.Standard.E2.1.Micro"
per = "task"
steps = ["capacity x 3", "throttle retry-after 1s", "capacity x 2", "grant"]

[[rule]]
per = "task"
steps = ["capacity x 9", "fault", "capacity x 30"]
cycle = true
`

let cloud: Cloud
let server: Server
let browser: Browser
let pictures: string
let ids: { task: string; got: string; tenant: string }

beforeAll(async () => {
  cloud = await startCloud(SCRIPT, 3)
  server = await startServer(speakingTo(cloud))
  browser = await startBrowser()
  pictures = process.env.PICTURES ?? (await mkdtemp(join(tmpdir(), 'berth-pictures-')))
  await mkdir(pictures, { recursive: true })
  console.log(`pictures are in ${pictures}`)
  ids = await furnish()
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await cloud?.stop()
})

/** Some tenants, tasks that try, one that has got its instance, somebody who is told of it, and an alert. */
async function furnish() {
  const [tokyo = '', second = '', third = ''] = await importTenants(server, cloud)
  const test = 'mutation Test($id: ID!) { tenantTest(input: { tenantId: $id }) { userErrors { message } } }'
  for (const id of [tokyo, second]) await api(server, test, { id })
  const task = await createTask(server, { name: '东京 ARM', tenantIds: [tokyo] })
  await createTask(server, { name: '大阪 ARM', tenantIds: [second], interval: 2 })
  await createTask(server, { name: 'batch', tenantIds: [third], interval: 60, start: false })
  const got = await createTask(server, {
    name: 'web-small',
    tenantIds: [tokyo],
    shape: 'VM.Standard.E2.1.Micro',
  })
  const channel = `mutation Channel($input: NotificationChannelUpsertInput!) {
    notificationChannelUpsert(input: $input) { userErrors { message } }
  }`
  const bot = { botToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw', chatId: '-1001234567890' }
  const telegram = { ...bot, apiBase: `${cloud.url}/channels/telegram` }
  const topics = ['TASK_SUCCEEDED', 'ACCOUNT_AUTH_FAILED', 'SYSTEM_ALERT']
  await api(server, channel, { input: { name: '我的群', topics, config: { telegram } } })
  const adjust = `mutation Adjust($input: AlertRuleAdjustInput!) {
    alertRuleAdjust(input: $input) { userErrors { message } }
  }`
  await api(server, adjust, { input: { rule: 'MEMORY', threshold: 1, lasts: 0 } })
  await untilTrue(async () => {
    const state = `{ grabTask(id: "${got}") { state } }`
    return (await api<{ grabTask: { state: string } }>(server, state)).grabTask.state === 'SUCCEEDED'
  })
  await untilTrue(async () => {
    type Told = { alerts: { nodes: object[] }; notificationDeliveries: { nodes: object[] } }
    const told = '{ alerts(state: RAISED) { nodes { id } } notificationDeliveries { nodes { id } } }'
    const { alerts, notificationDeliveries } = await api<Told>(server, told)
    return alerts.nodes.length > 0 && notificationDeliveries.nodes.length > 1
  })
  return { task, got, tenant: tokyo }
}

interface Screen {
  name: string
  path(): string
  /** There when the screen shows what it has. */
  ready: string
}

const SCREENS: Screen[] = [
  { name: 'overview', path: () => '/', ready: 'main [role=img]' },
  { name: 'tasks', path: () => '/tasks', ready: '[data-testid=task-list] [role=img]' },
  { name: 'task', path: () => `/tasks/${ids.task}`, ready: '[role=img]' },
  { name: 'task-got', path: () => `/tasks/${ids.got}`, ready: 'text=/ssh /' },
  { name: 'new-task', path: () => '/tasks?new=true', ready: '[role=dialog] h2' },
  { name: 'tenants', path: () => '/tenants', ready: 'a[href*="/tenants/"]' },
  { name: 'tenant', path: () => `/tenants/${ids.tenant}`, ready: 'main h2' },
  { name: 'instances', path: () => '/instances', ready: 'text=/198\\.18/' },
  { name: 'logs', path: () => '/logs', ready: '[data-testid=log-list] time' },
  { name: 'statistics', path: () => '/statistics', ready: 'main h2' },
  { name: 'system', path: () => '/system', ready: '.uplot' },
  { name: 'notifications', path: () => '/notifications', ready: 'main details' },
  { name: 'new-channel', path: () => '/notifications?open=new', ready: '[role=dialog] fieldset' },
  { name: 'alerts', path: () => '/alerts', ready: 'main [data-severity]' },
  { name: 'alert-rule', path: () => '/alerts?rule=memory', ready: '[role=dialog] form' },
  { name: 'events', path: () => '/events', ready: 'text=/grab\\./' },
  { name: 'time-travel', path: () => `/events?mode=travel&stream=grab/${ids.task}`, ready: 'canvas' },
  { name: 'projections', path: () => '/projections', ready: 'main h2' },
  { name: 'settings', path: () => '/settings', ready: 'main h2' },
]

/** Light in Chinese, dark in English: each picture shows another half of the words. */
const SIGHTS = { desk: DESKTOP, phone: PHONE }

for (const [sight, options] of Object.entries(SIGHTS)) {
  for (const screen of SCREENS) {
    test(`${screen.name} on a ${sight}`, async () => {
      const { page, foreign, complaints } = await enter(browser, server, screen.path(), options)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        if (colorScheme === 'dark') await inEnglish(page)
        await page.locator(screen.ready).first().waitFor()
        await isLive(page)
        await isStill(page)
        await page.screenshot({ path: join(pictures, `${screen.name}-${sight}-${colorScheme}.png`) })
        expect(await axe(page), colorScheme).toEqual([])
        expect(await overflow(page)).toEqual([])
      }
      expect(foreign).toEqual([])
      expect(complaints).toEqual([])
      await page.context().close()
    })
  }
}

async function inEnglish(page: Page): Promise<void> {
  await page.evaluate(() => localStorage.setItem('berth:language', 'en'))
  await page.reload()
}

/** No dialog is on its way in: axe would weigh half-transparent words. */
async function isStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document.getAnimations().every((animation) => {
      const { iterations } = animation.effect?.getTiming() ?? {}
      return (
        animation.playState !== 'running' ||
        iterations === Number.POSITIVE_INFINITY ||
        animation.timeline === null
      )
    }),
  )
}

/** What makes the page wider than its window. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
    if (wide <= 0) return []
    return [...document.querySelectorAll('main *')]
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 3)
      .map((element) => `${wide} px too wide: ${element.outerHTML.slice(0, 160)}`)
  })
}
