import { test } from 'vitest'
import { api, createTask, importTenants } from '/work/main/frontend/tests/support/api'
import { startBrowser } from '/work/main/frontend/tests/support/browser'
import { DESKTOP, ENGLISH, PHONE, enter, axe } from '/work/main/frontend/tests/support/console'
import { speakingTo, startCloud, startServer } from '/work/main/frontend/tests/support/server'
test('look', async () => {
  const cloud = await startCloud('[[rule]]\nper = "task"\nsteps = ["capacity","grant"]\n[channels]\n[[channels.rule]]\nkind="slack"\nsteps=["fault"]\n')
  const server = await startServer(speakingTo(cloud))
  const browser = await startBrowser()
  const tenantIds = await importTenants(server, cloud)
  const up = 'mutation K($input: NotificationChannelUpsertInput!) { notificationChannelUpsert(input: $input) { userErrors { message field } } }'
  const rules = { atLeast: 'INFO', tenantIds: [tenantIds[0]], quietHours: null, utcOffsetMinutes: 480, language: 'CHINESE' }
  const T = ['TASK_SUCCEEDED']
  console.log(JSON.stringify(await api(server, up, { input: { name: 'webhook', topics: T, rules, config: { webhook: { url: cloud.url + '/channels/webhook/a', secret: 'abc' } } } })))
  console.log(JSON.stringify(await api(server, up, { input: { name: 'slack', topics: T, config: { slack: { webhook: cloud.url + '/channels/slack/services/T/B/X' } } } })))
  console.log(JSON.stringify(await api(server, up, { input: { name: 'bark', topics: T, config: { bark: { server: cloud.url + '/channels/bark', deviceKey: 'abcdefghijk' } } } })))
  await fetch(cloud.url + '/channels/_control/sink', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'bark', to: 'abcdefghijk', state: 'gone' }) })
  const id = await createTask(server, { name: 'seen', tenantIds })
  const { page } = await enter(browser, server, '/notifications', DESKTOP)
  await page.locator('main details').nth(2).waitFor()
  await page.waitForTimeout(3000)
  await page.locator('main details summary').first().click()
  await page.screenshot({ path: '/tmp/f-pics/l-notif.png', fullPage: true })
  console.log(await axe(page))
  await page.goto(`${server.url}/tasks/${id}`)
  await page.locator('#told').waitFor(); await page.waitForTimeout(1000)
  await page.screenshot({ path: '/tmp/f-pics/l-task.png' })
  await page.goto(`${server.url}/settings`); await page.waitForTimeout(1500)
  const e = await enter(browser, server, '/notifications?open=new', ENGLISH)
  await e.page.getByRole('dialog').waitFor()
  await e.page.getByText('Your own text').click()
  await e.page.getByLabel('Quiet hours').click()
  await e.page.locator('fieldset').scrollIntoViewIfNeeded()
  await e.page.waitForTimeout(500)
  await e.page.locator('section[role=dialog]').evaluate((el) => { el.scrollTo(0, 520) })
  await e.page.screenshot({ path: '/tmp/f-pics/l-form.png' })
  console.log(await axe(e.page))
  for (const kind of ['DingTalk','E-mail','Webhook','Slack','Feishu / Lark','Bark','ServerChan','Telegram']) { await e.page.getByRole('dialog').getByText(kind, {exact: true}).click(); console.log(kind, await axe(e.page)) }
  const person = { username: 'bo', password: 'Correct-horse-7' }
  await api(server, 'mutation C($input: UserCreateInput!) { userCreate(input: $input) { userErrors { message } } }', { input: { ...person, role: 'SUPER_ADMIN' } })
  const context = await browser.newContext(ENGLISH)
  const p = await context.newPage()
  await p.goto(`${server.url}/settings`)
  await p.getByLabel('User name').fill('bo'); await p.getByLabel('Password').first().fill(person.password)
  await p.getByRole('button', { name: 'Sign in' }).click()
  await p.getByRole('heading', { name: 'Settings' }).waitFor()
  await p.waitForTimeout(1500)
  for (const name of [/New token|Make a token|new token/i, /Change the password|Change password/i, /Set up|Begin|factor/i, /New user|Add a user|Create/i]) {
    const b = p.locator('main').getByRole('button', { name }).first()
    if (await b.count()) await b.click()
  }
  await p.waitForTimeout(700)
  await p.screenshot({ path: '/tmp/f-pics/l-settings.png', fullPage: true })
  const ph = await enter(browser, server, '/notifications', PHONE)
  await ph.page.locator('main details summary').first().click()
  await ph.page.waitForTimeout(500)
  await ph.page.screenshot({ path: '/tmp/f-pics/l-phone.png', fullPage: true })
  await browser.close(); await server.stop(); await cloud.stop()
}, 120_000)
