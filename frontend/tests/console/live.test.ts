/** What is alive stays so: through cuts, pauses, languages, and the end of a session. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api, createTask, importTenants } from '../support/api'
import { startBrowser } from '../support/browser'
import { ENGLISH, enter, isLive } from '../support/console'
import { type Relay, startRelay } from '../support/relay'
import { type Cloud, type Server, speakingTo, startCloud, startServer } from '../support/server'

const SCRIPT = `
[[rule]]
per = "task"
steps = ["capacity"]
`

let cloud: Cloud
let server: Server
let relay: Relay
let browser: Browser
let tenant: string
beforeAll(async () => {
  cloud = await startCloud(SCRIPT)
  server = await startServer(speakingTo(cloud))
  relay = await startRelay(server.url)
  browser = await startBrowser()
  tenant = (await importTenants(server, cloud))[0] ?? ''
})
afterAll(async () => {
  await browser?.close()
  relay?.stop()
  await server?.stop()
  await cloud?.stop()
})

const row = (page: Page, name: string) =>
  page.locator('[data-testid=task-list]').getByText(name, { exact: true })
const stop = (id: string) =>
  api(
    server,
    'mutation Stop($id: ID!) { grabTaskStop(input: { taskIds: [$id] }) { userErrors { message } } }',
    { id },
  )

test('a list follows what happens, through a cut, and keeps what was typed', async () => {
  const throughRelay = { ...server, url: relay.url }
  const { page } = await enter(browser, throughRelay, '/tasks')
  await isLive(page)
  const id = await createTask(server, { name: 'made elsewhere', tenantIds: [tenant] })
  await row(page, 'made elsewhere').waitFor()
  await page.getByLabel('Name, tenant, region…').fill('made')
  expect(relay.cut()).toBeGreaterThanOrEqual(1)
  await stop(id)
  await page.locator('[data-testid=task-list]').getByText('Stopped').waitFor()
  expect(await page.getByLabel('Name, tenant, region…').inputValue()).toBe('made')
  await isLive(page)
  await page.context().close()
})

test('a server that falls silent is said to be, and since when', async () => {
  const silent = await startRelay(server.url)
  const { page } = await enter(browser, { ...server, url: silent.url }, '/tasks')
  await isLive(page)
  silent.stop()
  await page
    .locator('[data-live=silent]')
    .getByText(/As of \d\d:\d\d:\d\d/)
    .waitFor()
  await page.context().close()
})

test('one pauses a task with a key, takes it back, and pauses the page with another', async () => {
  await createTask(server, { name: 'by keys', tenantIds: [tenant], interval: 60 })
  const { page } = await enter(browser, server, '/tasks?q=by+keys')
  await row(page, 'by keys').waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('p')
  await page.locator('[data-testid=task-list]').getByText('Paused').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.locator('[data-testid=task-list]').getByText('Grabbing').waitFor()
  // Space presses what is focused, and that is the button still.
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('Space')
  await page.getByText(/Paused · \d+ waiting/).waitFor()
  await page.keyboard.press('Space')
  await page.getByText(/Paused · \d+ waiting/).waitFor({ state: 'detached' })
  await page.context().close()
})

test('a list of running tasks stands still: what moves in each row is painted sixty times a second', async () => {
  await createTask(server, { name: 'runs', tenantIds: [tenant], interval: 60 })
  const { page } = await enter(browser, server, '/tasks?q=runs')
  await page.locator('[data-testid=task-list]').getByText('Grabbing').waitFor()
  const moving = await page
    .locator('[data-testid=task-list] *')
    .evaluateAll((all) =>
      all.map((one) => getComputedStyle(one).animationName).filter((name) => name !== 'none'),
    )
  expect(moving).toEqual([])
  await page.context().close()
})

test('words change with the language, the server’s too, without a reload', async () => {
  const { page } = await enter(browser, server, '/tasks')
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))
  await page.getByRole('button', { name: '中文' }).click()
  await page.getByRole('heading', { name: '抢机任务' }).waitFor()
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-CN')
  expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
  await page.context().close()
})

test('a session that is ended elsewhere ends the page at once, and nothing of the page is lost', async () => {
  const person = { username: 'bo', password: 'Correct-horse-7' }
  const create = `mutation Create($input: UserCreateInput!) { userCreate(input: $input) { userErrors { message } } }`
  await api(server, create, { input: { ...person, role: 'SUPER_ADMIN' } })
  const context = await browser.newContext(ENGLISH)
  const page = await context.newPage()
  await page.goto(`${server.url}/tasks?q=keep`)
  await signIn(page, person)
  await isLive(page)
  type Users = { users: { id: string; username: string; sessions: { id: string }[] }[] }
  const { users } = await api<Users>(server, '{ users { id username sessions { id } } }')
  const user = users.find(({ username }) => username === 'bo')
  const revoke = `mutation Revoke($input: SessionRevokeInput!) { sessionRevoke(input: $input) { userErrors { message } } }`
  for (const { id } of user?.sessions ?? []) {
    await api(server, revoke, { input: { sessionId: id, userId: user?.id } })
  }
  await page.getByText('You were signed out').waitFor()
  expect(page.url()).toContain('q=keep')
  await signIn(page, person)
  await page.getByText('You were signed out').waitFor({ state: 'detached' })
  expect(await page.getByLabel('Name, tenant, region…').inputValue()).toBe('keep')
  // What was followed before is followed again.
  await createTask(server, { name: 'keep on', tenantIds: [tenant] })
  await row(page, 'keep on').waitFor()
  await context.close()
})

async function signIn(page: Page, { username, password }: { username: string; password: string }) {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password', { exact: false }).first().fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
