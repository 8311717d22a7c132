/** Time travel: what a task was at any moment, what changed it, and why a value is what it is. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api, createTask, importTenants } from '../support/api'
import { startBrowser } from '../support/browser'
import { enter } from '../support/console'
import { type Cloud, type Server, speakingTo, startCloud, startServer } from '../support/server'
import { untilTrue } from '../support/until'

let cloud: Cloud
let server: Server
let browser: Browser
let task: string
beforeAll(async () => {
  cloud = await startCloud('[[rule]]\nper = "task"\nsteps = ["capacity x 2", "grant"]\n')
  server = await startServer(speakingTo(cloud))
  browser = await startBrowser()
  const tenantIds = await importTenants(server, cloud)
  task = await createTask(server, { name: 'travelled', tenantIds })
  type Told = { grabTask: { state: string } }
  const state = `{ grabTask(id: "${task}") { state } }`
  await untilTrue(async () => (await api<Told>(server, state)).grabTask.state === 'SUCCEEDED')
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await cloud?.stop()
})

const versionOf = async (page: Page) =>
  Number((await page.getByRole('heading', { name: /^State at v/ }).innerText()).match(/v(\d+)/)?.[1])

test('one goes back by a key, sees what an event changed, and asks why', async () => {
  const { page, complaints } = await enter(browser, server, `/events?mode=travel&stream=grab/${task}`)
  await page.getByRole('heading', { name: /^State at v/ }).waitFor()
  const newest = await versionOf(page)
  await page.keyboard.press('h')
  await page.getByRole('heading', { name: `State at v${newest - 1}` }).waitFor()
  // The moment is in the address: whoever is sent the link sees the same.
  await page.waitForURL(/position=\d+/)
  await page.reload()
  await page.getByRole('heading', { name: `State at v${newest - 1}` }).waitFor()
  await page.keyboard.press('l')
  await page.getByRole('heading', { name: `State at v${newest}` }).waitFor()

  await page.getByText('What it changed').click()
  await page
    .getByText(/grab\.\w+/)
    .first()
    .waitFor()
  await page.getByText('State', { exact: true }).click()
  await page.getByTitle('Why is it so?').first().click()
  await page
    .getByRole('status', { name: 'Why is it so?' })
    .getByText(/grab\.\w+/)
    .waitFor()

  await page.keyboard.press('Home')
  await page.getByText('Before the first event').first().waitFor()
  expect(complaints).toEqual([])
  await page.context().close()
})
