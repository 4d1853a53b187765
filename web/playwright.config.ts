// Tests through a browser. What they run against, by environment:
//   BASE_URL=...     a server that runs already (`xinju demo`), with XINJU_DEMO_PASSWORD
//   XINJU_BIN=...    the binary, whose demo is started here
//   neither          the mock server with the build in dist/ (run `npm run build` before)
import { defineConfig, devices } from '@playwright/test'

const port = Number(process.env.E2E_PORT ?? 8497)
const given = process.env.BASE_URL
const binary = process.env.XINJU_BIN
const baseURL = given ?? `http://127.0.0.1:${port}`
export const PASSWORD = process.env.XINJU_DEMO_PASSWORD ?? 'correct horse battery'

const demo = {
  command: `"${binary}" demo --listen 127.0.0.1:${port}`,
  env: { XINJU_DEMO_PASSWORD: PASSWORD },
}
const mock = {
  command: 'node mock/server.mjs --dist dist',
  env: { PORT: String(port) },
}

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  ...(given
    ? {}
    : {
        webServer: {
          ...(binary ? demo : mock),
          url: `${baseURL}/readyz`,
          timeout: 120_000,
          reuseExistingServer: false,
          gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 5_000 },
        },
      }),
  use: {
    baseURL,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // A click on something that still moves hits what is beside it.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    {
      name: 'desktop',
      use: { ...devices['Desktop Chrome'], channel: '', viewport: { width: 1280, height: 800 } },
    },
    {
      name: 'mobile',
      use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } },
    },
  ],
})
