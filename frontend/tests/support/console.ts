import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

import { type Visit, visit } from './browser'
import type { Server } from './server'

export const DESKTOP = {
  locale: 'zh-CN',
  viewport: { width: 1280, height: 800 },
} satisfies BrowserContextOptions
export const ENGLISH = {
  locale: 'en-US',
  viewport: { width: 1280, height: 800 },
} satisfies BrowserContextOptions
export const PHONE = {
  locale: 'zh-CN',
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
} satisfies BrowserContextOptions

/** A page of the console, signed in by a link. */
export async function enter(
  browser: Browser,
  server: Pick<Server, 'url' | 'token'>,
  path = '/',
  options: BrowserContextOptions = ENGLISH,
): Promise<Visit> {
  const visited = await visit(browser, server.url, options)
  await visited.page.goto(`${server.url}${path}#token=${server.token}`)
  await visited.page.locator('h1').first().waitFor()
  return visited
}

export const isLive = (page: Page) => page.locator('[data-live=live]').waitFor()

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What the accessibility checker finds wrong, a line each. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  return page.evaluate(async () => {
    type Result = { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }
    const checker = (globalThis as unknown as { axe: { run(): Promise<Result> } }).axe
    const { violations } = await checker.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary?.split('\n')[1] ?? ''}`,
      ),
    )
  })
}
