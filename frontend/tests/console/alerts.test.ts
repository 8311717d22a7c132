/** What somebody should look at: raised live, counted on every screen, resolved by hand; and the rules that say when. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api } from '../support/api'
import { startBrowser } from '../support/browser'
import { enter, isLive } from '../support/console'
import { type Server, startServer } from '../support/server'

let server: Server
let browser: Browser
beforeAll(async () => {
  server = await startServer()
  browser = await startBrowser()
  // How busy this machine is must not matter.
  type Told = { alertRules: { name: string }[] }
  const { alertRules } = await api<Told>(server, '{ alertRules { name } }')
  const turnOff = `mutation Off($input: AlertRuleAdjustInput!) { alertRuleAdjust(input: $input) { userErrors { message } } }`
  for (const { name } of alertRules) {
    if (name !== 'MEMORY') await api(server, turnOff, { input: { rule: name, enabled: false } })
  }
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

test('a rule is adjusted, its alert is raised and counted without a reload, and resolved by hand', async () => {
  const { page, complaints } = await enter(browser, server, '/alerts')
  await isLive(page)
  await page.getByText('Nothing is raised').waitFor()
  await page.getByRole('button', { name: 'Adjust: memory usage' }).click()
  const dialog = page.getByRole('dialog')
  // The address says which rule is open.
  await page.waitForURL(/rule=memory/)
  await dialog.getByLabel('Too much above').fill('1')
  await dialog.getByLabel('For so long (s)').fill('0')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })

  await page.getByText('1 raised').waitFor()
  await page.getByRole('link', { name: '1 alert is raised' }).waitFor()
  const raised = page.getByLabel('Raised', { exact: true })
  await raised.getByText(/threshold 1%/).waitFor()
  await raised.getByRole('button', { name: 'Resolve: memory usage' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
  await page.getByText('Nothing is raised').waitFor()
  await page
    .getByText(/resolved by hand/)
    .first()
    .waitFor()
  await page.getByRole('link', { name: 'No alert is raised' }).waitFor()
  type Told = { alerts: { nodes: { resolvedBy: string }[] } }
  const { alerts } = await api<Told>(server, '{ alerts { nodes { resolvedBy } } }')
  expect(alerts.nodes.map(({ resolvedBy }) => resolvedBy)).toContain('HAND')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a threshold that cannot be is refused at its field, and what was typed stays', async () => {
  const { page } = await enter(browser, server, '/alerts?rule=cpu')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Too much above').fill('180')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/must be from 0 to 100/).waitFor()
  expect(await dialog.getByLabel('Too much above').inputValue()).toBe('180')
  await dialog.getByRole('button', { name: 'Use that' }).click()
  expect(await dialog.getByLabel('Too much above').inputValue()).toBe('80')
  await page.context().close()
})
