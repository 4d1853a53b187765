// A server of a test's own, the people in front of it, and pictures of what they see: `SHOTS=folder` keeps one of every step.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'
import { expect, expectAccessible, expectNoSideways, watch } from './fixtures'
import { DoorPage } from './pages/door'
import { Shell } from './pages/shell'

export type Server = { process: ChildProcess; folder: string; link: string }

/** A server with an archive of its own, and the first address that it prints: empty with the link of its setup, or with the demo in it. */
export async function serve(program: string, kind: 'serve' | 'demo'): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'xinju-walk-'))
  const args = [kind, '--data', join(folder, 'data'), '--listen', '127.0.0.1:0']
  const env = { ...process.env, XINJU_DEMO_PASSWORD: PASSWORD }
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  const address = kind === 'serve' ? /http:\S+\/setup\?token=\S+(?=\s)/ : /http:\S+(?=\s)/
  const link = await new Promise<string>((found, missed) => {
    let said = ''
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString()
      const link = address.exec(said)?.[0]
      if (link) found(link)
    })
    child.on('exit', (code) => missed(new Error(`the server ended with ${code}: ${said}`)))
  })
  return { process: child, folder, link }
}

export async function stop({ process, folder }: Server): Promise<void> {
  const ended = new Promise((done) => process.once('exit', done))
  process.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true, force: true })
}

let step = 0

export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SHOTS
  if (folder === undefined) return
  const number = String(step).padStart(2, '0')
  await page.screenshot({ path: join(folder, `${number}-${name}.png`), fullPage: true })
}

/** What stands there now: no finding of axe, nothing sideways, and a picture. */
export async function look(page: Page, name: string): Promise<void> {
  step += 1
  await expectNoSideways(page)
  await expectAccessible(page)
  await picture(page, name)
}

const LOOKS = [
  { name: 'zh-light', language: 'zh-CN', theme: 'light', width: 1280 },
  { name: 'zh-dark-phone', language: 'zh-CN', theme: 'dark', width: 390 },
  { name: 'en-dark', language: 'en', theme: 'dark', width: 1280 },
  { name: 'en-light-phone', language: 'en', theme: 'light', width: 390 },
] as const

/** A page wide and narrow, and where pictures are kept in both languages, light and dark; it stands as before afterwards. */
export async function lookAllOver(page: Page, name: string): Promise<void> {
  step += 1
  const shell = new Shell(page)
  const put = async ({ language, theme, width }: Omit<(typeof LOOKS)[number], 'name'>) => {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 800 })
    const preferences = JSON.stringify({ language, theme })
    await page.evaluate((text) => localStorage.setItem('xinju.preferences', text), preferences)
    await page.reload()
    await shell.title.waitFor()
    await expect(page.getByRole('status', { name: /正在载入|Loading/ })).toHaveCount(0)
  }
  await expectAccessible(page)
  for (const view of process.env.SHOTS === undefined ? [] : LOOKS) {
    await put(view)
    await expectNoSideways(page)
    await picture(page, `${name}-${view.name}`)
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSideways(page)
  await put(LOOKS[0])
}

export type Person = { page: Page; shell: Shell; context: BrowserContext }

/** A browser of somebody's own, guarded as every page of these tests. */
export async function browserOf(
  browser: Browser,
  origin: string,
  faults: string[],
): Promise<Person> {
  const context = await browser.newContext({ baseURL: origin })
  // A step that waits in vain says so at once, not when the whole walk has run out of time.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  await watch(page, origin, faults)
  return { page, shell: new Shell(page), context }
}

export async function comeIn({ page, shell }: Person, login: string): Promise<void> {
  const door = new DoorPage(page)
  await door.open()
  await door.enter(login, PASSWORD)
  await expect(shell.title).toHaveText('概览')
}
