import type { Locator, Page } from '@playwright/test'

/** The sign-in page. */
export class DoorPage {
  readonly page: Page
  readonly login: Locator
  readonly password: Locator
  readonly submit: Locator
  readonly fault: Locator

  constructor(page: Page) {
    this.page = page
    this.login = page.getByLabel('登录名')
    this.password = page.getByLabel('密码', { exact: true })
    this.submit = page.getByRole('button', { name: '登录', exact: true })
    this.fault = page.getByRole('alert')
  }

  async open(to = '/signin'): Promise<void> {
    await this.page.goto(to)
    await this.login.waitFor()
  }

  async enter(login: string, password: string): Promise<void> {
    await this.login.fill(login)
    await this.password.fill(password)
    await this.submit.click()
  }
}
