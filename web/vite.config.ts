import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const server = process.env.XINJU_URL ?? 'http://127.0.0.1:8420'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '#': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server replaces this word in index.html with a nonce of its own for each answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\// },
            { name: 'echarts', test: /node_modules\/(echarts|zrender)\// },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: server, ws: true },
      '/api': { target: server },
    },
  },
  test: {
    environment: 'happy-dom',
    // A busy machine may be slow; a test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One worker for all files: starting one for each costs more than the tests themselves.
    pool: 'threads',
    isolate: false,
    maxWorkers: 1,
    include: ['src/**/*.test.{ts,tsx}', 'mock/**/*.test.mjs'],
    setupFiles: ['./src/lib/tests/setup.ts'],
  },
})
