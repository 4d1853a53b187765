import type { Locator, Page } from '@playwright/test'

/** The frame around every page. */
export class Shell {
  readonly page: Page
  readonly search: Locator
  readonly main: Locator
  readonly title: Locator

  constructor(page: Page) {
    this.page = page
    this.search = page.getByRole('textbox', { name: '搜索消息' })
    this.main = page.getByRole('main')
    this.title = page.getByRole('heading', { level: 1 })
  }

  /** Opens an address and waits until its page has come. */
  async open(path: string, title?: string | RegExp): Promise<void> {
    await this.page.goto(path)
    await (title ? this.page.getByRole('heading', { level: 1, name: title }) : this.title).waitFor()
  }

  /** The navigation, opened first where the screen is narrow. */
  async navigation(): Promise<Locator> {
    const burger = this.page.getByRole('button', { name: '菜单', exact: true })
    if (await burger.isVisible()) await burger.click()
    return this.page.getByRole('navigation', { name: '主导航' }).filter({ visible: true })
  }

  async menu(item: string): Promise<void> {
    await this.page.getByRole('button', { name: /，菜单$/ }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }
}
