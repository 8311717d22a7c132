import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    // Reached only when something hangs: everything waits for a condition.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The machine is small; each file starts a server, one a browser.
    fileParallelism: false,
  },
})
