import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
]

/** A host that is not loopback to the browser: a page from it is not a secure context, as on a server that is asked by its address. */
export const PLAIN_HOST = 'vps.test'

export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find(existsSync)
  if (!executablePath)
    throw new Error('there is no Chromium: run `npx --yes rust-just prepare`, or set CHROMIUM')
  const args = [
    '--no-sandbox',
    '--disable-dev-shm-usage',
    `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
  ]
  return chromium.launch({ executablePath, args })
}

/** A page, and what went wrong on it. Whatever it asks of any other origin is stopped and written down. */
export interface Visit {
  page: Page
  foreign: string[]
  complaints: string[]
}

export async function visit(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions,
): Promise<Visit> {
  const context = await browser.newContext(options)
  const [foreign, complaints]: [string[], string[]] = [[], []]
  const own = (url: string) => new URL(url).host === new URL(origin).host
  await context.route(
    (url) => !own(url.href),
    (route) => {
      foreign.push(route.request().url())
      return route.abort()
    },
  )
  const page = await context.newPage()
  page.on('websocket', (socket) => {
    if (!own(socket.url())) foreign.push(socket.url())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, foreign, complaints }
}
