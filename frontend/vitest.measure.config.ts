import { defineConfig } from 'vitest/config'

// Figures of this machine, not tests of the code: `just measure-console`.
export default defineConfig({
  test: {
    include: ['measure/**/*.measure.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
})
