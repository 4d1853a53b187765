// What every test stands on: a guard that fails it on any fault of the page, sign-in by role, and axe.
import { AxeBuilder } from '@axe-core/playwright'
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test'
import { PASSWORD } from '../playwright.config'

export { expect }
export type Role = 'admin' | 'compliance' | 'sales'

/** Signs a browser context in through the API, as the sign-in page does. */
export async function signIn(context: BrowserContext, role: Role): Promise<void> {
  const answer = await context.request.post('/graphql', {
    headers: { 'X-Xinju-CSRF': '1' },
    data: {
      query: 'mutation In($input: SignInInput!) { signIn(input: $input) { refusal } }',
      variables: { input: { login: role, password: PASSWORD } },
    },
  })
  expect(await answer.json()).toEqual({ data: { signIn: { refusal: null } } })
}

/** Collects what must never happen: console errors, uncaught exceptions, broken policy, foreign requests. */
export async function watch(page: Page, origin: string, faults: string[]): Promise<void> {
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const url = new URL(request.url())
    const own = ['data:', 'blob:'].includes(url.protocol) || url.host === new URL(origin).host
    if (!own) faults.push(`foreign request: ${request.url()}`)
  })
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
}

type Fixtures = {
  /** Faults that a test expects; it fails on every other. */
  allowedFaults: RegExp[]
  /** A page that belongs to nobody yet. */
  door: Page
  /** Pages of somebody who is signed in. */
  admin: Page
  compliance: Page
  sales: Page
}

async function guarded(
  context: BrowserContext,
  origin: string,
  allowed: RegExp[],
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const faults: string[] = []
  const page = await context.newPage()
  await watch(page, origin, faults)
  await use(page)
  expect(faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault)))).toEqual([])
}

function pageOf(role: Role) {
  return async (
    {
      context,
      baseURL,
      allowedFaults,
    }: { context: BrowserContext; baseURL: string | undefined; allowedFaults: RegExp[] },
    use: (page: Page) => Promise<void>,
  ) => {
    await signIn(context, role)
    await guarded(context, baseURL ?? '', allowedFaults, use)
  }
}

export const test = base.extend<Fixtures>({
  allowedFaults: [[], { option: true }],
  door: async ({ context, baseURL, allowedFaults }, use) =>
    guarded(context, baseURL ?? '', allowedFaults, use),
  admin: pageOf('admin'),
  compliance: pageOf('compliance'),
  sales: pageOf('sales'),
})

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** No finding of axe on the page once it has settled; `within` names the part to look at where the rest is large and was looked at. */
export async function expectAccessible(page: Page, within = 'html'): Promise<void> {
  await expect(async () => {
    const axe = new AxeBuilder({ page }).withTags(RULES).include(within)
    const { violations } = await axe.analyze()
    const found = violations.map(
      (v) => `${v.id}: ${v.nodes.map((node) => node.target.join(' ')).join(', ')}`,
    )
    expect(found).toEqual([])
  }).toPass({ timeout: 15_000 })
}

/** The page does not scroll sideways. */
export async function expectNoSideways(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(over).toBeLessThanOrEqual(0)
}
