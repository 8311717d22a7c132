/** The steps of docs/first-grab.md, walked by somebody who has never seen the page: from the printed link to a running task, by the screens alone. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { api } from '../support/api'
import { PLAIN_HOST, startBrowser, visit } from '../support/browser'
import { DESKTOP, ENGLISH, PHONE } from '../support/console'
import { type Cloud, speakingTo, startCloud, startServer } from '../support/server'

const SCRIPT = `
[[rule]]
per = "task"
steps = ["capacity x 3", "grant"]
`

const MINUTES = 60_000

const WORDS = {
  en: {
    create: 'Create and enter',
    username: 'User name',
    password: 'Password',
    importTenant: 'Import a tenant',
    choose: 'Choose the configuration file and its keys',
    check: 'Check',
    importThese: /^Import \d+ tenant/,
    works: 'The key works',
    done: 'Done',
    newTask: 'Make a task',
    image: 'Operating system',
    interval: 'Interval (s)',
    start: /^Create and start/,
  },
  zh: {
    create: '创建并进入',
    username: '用户名',
    password: '密码',
    importTenant: '导入租户',
    choose: '选择配置文件及其密钥',
    check: '检查',
    importThese: /^导入这 \d+ 个租户/,
    works: '密钥可用',
    done: '完成',
    newTask: '建任务',
    image: '操作系统',
    interval: '间隔（s）',
    start: /^创建并开始/,
  },
}

let cloud: Cloud
let browser: Browser
beforeAll(async () => {
  cloud = await startCloud(SCRIPT)
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await cloud?.stop()
})

for (const [name, options, words] of [
  ['at a desk, in English', ENGLISH, WORDS.en],
  ['at a desk, in Chinese', DESKTOP, WORDS.zh],
  ['on a phone, in English', { ...PHONE, locale: 'en-US' }, WORDS.en],
] as const) {
  test(`from the printed link to a running task, and to its instance, ${name}`, async () => {
    const server = await startServer(speakingTo(cloud))
    // Not loopback to the browser: as on a server that is asked by its address, without HTTPS.
    const origin = server.url.replace('127.0.0.1', PLAIN_HOST)
    const { page, foreign, complaints } = await visit(browser, origin, options)
    const begun = performance.now()
    await page.goto(server.link.replace('127.0.0.1', PLAIN_HOST))
    await setUp(page, words)
    expect(page.url(), 'the code leaves the address').not.toContain('code')
    await importTenant(page, words)
    await createTask(page, words)
    const { grabTasks } = await api<Running>(server, '{ grabTasks { nodes { state name } } }')
    expect(grabTasks.nodes.map(({ state }) => state)).toEqual([expect.stringMatching(/RUNNING|SUCCEEDED/)])
    const taken = performance.now() - begun
    console.log(`${name}: ${(taken / 1_000).toFixed(1)} s to a running task`)
    expect(taken).toBeLessThan(2 * MINUTES)
    await page
      .getByText(/^ssh ubuntu@/)
      .first()
      .waitFor()
    expect(foreign).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
    await server.stop()
  })
}

interface Running {
  grabTasks: { nodes: { state: string }[] }
}

type Words = (typeof WORDS)['en']

async function setUp(page: Page, words: Words): Promise<void> {
  await page.getByLabel(words.username).fill('admin')
  await page.getByLabel(words.password).first().fill('Correct-horse-7')
  await page.getByRole('button', { name: words.create }).click()
}

async function importTenant(page: Page, words: Words): Promise<void> {
  await page.locator('main').getByRole('link', { name: words.importTenant }).first().click()
  await page.getByLabel(words.choose).setInputFiles([
    { name: 'config', mimeType: 'text/plain', buffer: Buffer.from(cloud.config) },
    { name: 'key.pem', mimeType: 'application/x-pem-file', buffer: Buffer.from(cloud.key) },
  ])
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: words.check, exact: true }).click()
  await dialog.getByRole('button', { name: words.importThese }).click()
  await dialog.getByText(words.works).first().waitFor()
  await dialog.getByRole('button', { name: words.done, exact: true }).click()
}

async function createTask(page: Page, words: Words): Promise<void> {
  await page.getByRole('link', { name: 'Berth 泊位' }).click()
  await page.locator('main').getByRole('link', { name: words.newTask }).first().click()
  const dialog = page.getByRole('dialog')
  // The only tenant there is has been chosen already.
  await dialog.getByText('DEFAULT', { exact: true }).first().waitFor()
  await dialog.getByLabel(words.image, { exact: true }).first().fill('Canonical Ubuntu 22.04')
  await dialog.getByLabel(words.interval).fill('1')
  await dialog.getByRole('button', { name: words.start }).click()
  await page.waitForURL(/\/tasks\/grab_/)
}
