import { defineConfig } from 'vitest/config'

/** `npm test`: everything that needs Node alone. What needs real engines lies under `test/e2e`, with projects of its own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**'],
    testTimeout: 30_000,
    // One for each core, not one less: on a machine of two that is twice as fast, and some tests only wait.
    maxWorkers: '100%',
  },
})
