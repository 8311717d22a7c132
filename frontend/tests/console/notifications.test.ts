/** Somebody is told: a channel is tried, kept, and told of what was got; and one that nobody is behind any more says so. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api, createTask, importTenants } from '../support/api'
import { startBrowser } from '../support/browser'
import { enter, isLive } from '../support/console'
import { type Cloud, type Server, speakingTo, startCloud, startServer } from '../support/server'

const SCRIPT = `
[[rule]]
per = "task"
steps = ["capacity", "grant"]
`

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'

let cloud: Cloud
let server: Server
let browser: Browser
let tenantIds: string[]
beforeAll(async () => {
  cloud = await startCloud(SCRIPT)
  server = await startServer(speakingTo(cloud))
  browser = await startBrowser()
  tenantIds = await importTenants(server, cloud)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await cloud?.stop()
})

const control = (path: string, body?: object) =>
  fetch(`${cloud.url}/channels/_control/${path}`, {
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  })

async function fill(page: Page, name: string, chat: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: false }).first().fill(name)
  await dialog.getByLabel('Bot token').first().fill(TOKEN)
  await dialog.getByLabel('Chat', { exact: false }).first().fill(chat)
  await dialog.getByLabel('API address').fill(`${cloud.url}/channels/telegram`)
}

test('a channel is tried before it is kept, is told of what was got, and the task says so', async () => {
  const { page, complaints } = await enter(browser, server, '/notifications')
  await page.getByRole('button', { name: 'New channel' }).click()
  await fill(page, 'ops', '-1001')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await dialog.getByText('The other side took it').waitFor()
  type Told = { notificationChannels: { name: string }[] }
  const { notificationChannels } = await api<Told>(server, '{ notificationChannels { name } }')
  expect(notificationChannels, 'trying keeps nothing').toEqual([])

  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.locator('main').getByRole('heading', { name: 'ops' }).waitFor()
  await isLive(page)
  const id = await createTask(server, { name: 'told of', tenantIds })
  const deliveries = page.locator('section', { has: page.getByRole('heading', { name: 'Deliveries' }) })
  await deliveries.getByText('Sent').first().waitFor()
  const card = page.locator('main li', { has: page.getByRole('heading', { name: 'ops' }) })
  await card.getByText(/^Last .* ago|^Last now/).waitFor()
  await card.getByText('Sent').waitFor()
  // The address says which are shown.
  await page.goto(`${server.url}/notifications?state=failed`)
  await page.getByText('None is like that').waitFor()
  await page.getByRole('button', { name: 'Clear the filter' }).click()

  await deliveries.getByRole('link', { name: 'told of' }).first().click()
  await page.waitForURL(new RegExp(id))
  const told = page.locator('section', { has: page.getByRole('heading', { name: 'Notifications' }) })
  await told.getByText('Sent').waitFor()
  await told.getByText('ops').waitFor()

  const seen = await (await control('deliveries?accepted=true')).json()
  expect(JSON.stringify(seen)).toContain('told of')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a test that is refused is answered in words, and what was typed stays', async () => {
  await control('sink', { kind: 'telegram', to: '-1002', state: 'gone' })
  const { page } = await enter(browser, server, '/notifications?open=new')
  await fill(page, 'nobody', '-1002')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await dialog.getByText('It did not arrive').waitFor()
  await dialog
    .getByText(/40[03]/)
    .first()
    .waitFor()
  expect(await dialog.getByLabel('Name', { exact: false }).first().inputValue()).toBe('nobody')
  // What is wrong with a field stands beneath it, of a test as of saving.
  await dialog.getByLabel('Bot token').first().fill('wrong')
  await dialog.getByRole('button', { name: 'Send a test' }).click()
  await dialog.getByText(/must be a bot token/).waitFor()
  await page.context().close()
})

test('a channel that nobody is behind any more is turned off, and says why and what to do', async () => {
  await control('sink', { kind: 'telegram', to: '-1003', state: 'open' })
  const upsert = `mutation Keep($input: NotificationChannelUpsertInput!) {
    notificationChannelUpsert(input: $input) { userErrors { message field } }
  }`
  const telegram = { botToken: TOKEN, chatId: '-1003', apiBase: `${cloud.url}/channels/telegram` }
  const input = { name: 'leaving', topics: ['TASK_SUCCEEDED'], config: { telegram } }
  await api(server, upsert, { input })
  await control('sink', { kind: 'telegram', to: '-1003', state: 'blocked' })
  const { page } = await enter(browser, server, '/notifications')
  await isLive(page)
  const id = await createTask(server, { name: 'unheard', tenantIds })
  const card = page.locator('main li', { has: page.getByRole('heading', { name: 'leaving' }) })
  await card.getByText('Turned off: nobody is there any more').waitFor()
  await card.getByText(/Put the bot back/).waitFor()
  await page.goto(`${server.url}/tasks/${id}`)
  const told = page.locator('section', { has: page.getByRole('heading', { name: 'Notifications' }) })
  await told.getByText('Given up').waitFor()
  await page.context().close()
})
