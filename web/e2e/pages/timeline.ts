import { expect, type Locator, type Page } from '@playwright/test'

/** The messages of the conversation that is open. */
export class Timeline {
  readonly page: Page
  readonly feed: Locator
  /** The message that the address names. */
  readonly sought: Locator

  constructor(page: Page) {
    this.page = page
    this.feed = page.getByRole('feed', { name: '消息，按时间排列' })
    this.sought = this.feed.locator('article[aria-current="true"]')
  }

  at(place: number): Locator {
    return this.feed.locator(`article[data-place="${place}"][data-message]`)
  }

  /** How many messages the conversation has, as the rows say. */
  async size(): Promise<number> {
    const row = this.feed.locator('article').first()
    return Number(await row.getAttribute('aria-setsize'))
  }

  /** The place of the row that has the focus. */
  async focused(): Promise<string | undefined> {
    return this.page.evaluate(() => {
      const { activeElement } = document
      return activeElement instanceof HTMLElement ? activeElement.dataset.place : undefined
    })
  }

  async expectFocus(place: number): Promise<void> {
    await expect.poll(() => this.focused()).toBe(String(place))
  }
}
