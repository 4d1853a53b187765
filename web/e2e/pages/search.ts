import type { Locator, Page } from '@playwright/test'

/** The search page. */
export class SearchPage {
  readonly page: Page
  readonly query: Locator
  readonly hits: Locator
  readonly found: Locator
  readonly fault: Locator

  constructor(page: Page) {
    this.page = page
    this.query = page.getByRole('main').getByLabel('查询', { exact: true })
    this.hits = page.getByRole('list', { name: '搜索结果' }).getByRole('listitem')
    this.found = page.getByText(/共 [\d,]+ 条/)
    this.fault = page.getByRole('alert')
  }

  async open(query: string): Promise<void> {
    await this.page.goto(`/search?q=${encodeURIComponent(query)}`)
    await this.found.or(this.fault).first().waitFor()
  }
}
