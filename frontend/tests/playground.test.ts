/** The playground in a real Chromium, as the binary serves it. */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { PLAIN_HOST, startBrowser, visit } from './support/browser'
import { makeEvent } from './support/events'
import { type Server, startServer } from './support/server'

const WINDOWS = {
  desktop: { locale: 'zh-CN', viewport: { width: 1280, height: 800 } },
  phone: { locale: 'en-US', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
}
const WORDS = {
  'zh-CN': { token: '令牌', signIn: '登录', unknown: '服务器不认识这个令牌。' },
  'en-US': { token: 'Token', signIn: 'Sign in', unknown: 'The server does not know this token.' },
}

let server: Server
let browser: Browser
let pictures: string
beforeAll(async () => {
  server = await startServer()
  browser = await startBrowser()
  pictures = process.env.PICTURES ?? (await mkdtemp(join(tmpdir(), 'berth-pictures-')))
  console.log(`pictures are in ${pictures}`)
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const editor = (page: Page) => page.locator('.graphiql-query-editor .view-lines')
const response = (page: Page) => page.locator('.graphiql-response .view-lines')
const run = (page: Page) => page.locator('.graphiql-execute-button').click()
const link = (query: string) => `#query=${encodeURIComponent(query)}`

for (const [name, options] of Object.entries(WINDOWS)) {
  const words = WORDS[options.locale as keyof typeof WORDS]
  const picture = (page: Page, what: string) =>
    page.screenshot({ path: join(pictures, `${name}-${what}.png`) })

  test(`one signs in by the form, asks and watches, at the size of a ${name}`, async () => {
    const origin = server.url.replace('127.0.0.1', PLAIN_HOST)
    const { page, foreign, complaints } = await visit(browser, origin, options)
    const begun = performance.now()
    await page.goto(`${origin}/graphiql/`)
    await editor(page).getByText('query Tenants').waitFor()
    console.log(`${name}: the editor is there after ${Math.round(performance.now() - begun)} ms`)

    await page.getByLabel(words.token).fill('berth_wrong')
    await picture(page, 'form')
    await page.locator('.sign-in button[type=submit]').click()
    await page.getByText(words.unknown).waitFor()
    await page.getByLabel(words.token).fill(server.token)
    await page.locator('.sign-in button[type=submit]').click()
    await page.locator('.sign-in').waitFor({ state: 'detached' })

    await run(page)
    await response(page).getByText('totalCount').waitFor()
    await picture(page, 'query')

    await page.getByRole('tab', { name: 'TailEvents' }).click()
    await editor(page).getByText('subscription TailEvents').waitFor()
    await run(page)
    await response(page).getByText('caughtUp').waitFor()
    await makeEvent(server, `seen on a ${name}`)
    await response(page).getByText('"type"').first().waitFor()
    await picture(page, 'subscription')

    expect(foreign).toEqual([])
    // The browser itself complains of the two answers that refused the wrong token and none.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
    await page.context().close()
  })
}

test('a link with the token is signed in, and neither token nor query stays in the address or in lasting storage', async () => {
  const { page, foreign } = await visit(browser, server.url, WINDOWS.desktop)
  await page.goto(`${server.url}/graphiql/#token=${server.token}`)
  await editor(page).getByText('query Tenants').waitFor()
  await run(page)
  await response(page).getByText('totalCount').waitFor()
  expect(page.url()).toBe(`${server.url}/graphiql/`)
  const lasting = await page.evaluate(() => JSON.stringify({ ...localStorage }))
  expect(lasting).not.toContain(server.token)
  expect(lasting).not.toContain('totalCount')
  expect(foreign).toEqual([])
  await page.context().close()
})

test('a link with a query opens it in a tab of its own, beside the examples', async () => {
  const { page } = await visit(browser, server.url, WINDOWS.desktop)
  await page.goto(
    `${server.url}/graphiql/${link('query Linked { server { version } }')}&token=${server.token}`,
  )
  await editor(page).getByText('query Linked').waitFor()
  expect(await page.getByRole('tab').allInnerTexts()).toEqual([
    'Linked',
    'Tenants',
    'RunningTasks',
    'StartTask',
    'LiveTaskStates',
    'TailEvents',
    'TimeTravel',
  ])
  await run(page)
  await response(page).getByText('version').waitFor()
  await page.context().close()
})

test('a socket that is refused shows the form, and what was to be watched is watched after signing in', async () => {
  const { page } = await visit(browser, server.url, WINDOWS.desktop)
  await page.goto(`${server.url}/graphiql/`)
  await editor(page).getByText('query Tenants').waitFor()
  await page.locator('.sign-in button[type=button]').click()
  await page.getByRole('tab', { name: 'TailEvents' }).click()
  await editor(page).getByText('subscription TailEvents').waitFor()
  await run(page)
  await page.getByLabel(WORDS['zh-CN'].token).fill(server.token)
  await page.keyboard.press('Enter')
  await response(page).getByText('caughtUp').waitFor()
  await page.context().close()
})
