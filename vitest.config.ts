import { defineConfig } from 'vitest/config'

/** What puts something in the place of a module needs a process in which nobody has loaded that module yet. */
const mocking = ['test/registry-app/storage/filesystem-in-pool.test.ts']

/** `npm test`: everything that needs Node alone. What needs real engines lies under `test/e2e`, with projects of its own. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    // One for each core, not one less: on a machine of two that is twice as fast, and some tests only wait.
    maxWorkers: '100%',
    projects: [
      // Time, chance and environment come in through parameters: tests can share a process, and what it has loaded.
      { extends: true, test: { name: 'app', include: ['test/registry-app/**/*.test.ts'], exclude: mocking, isolate: false } },
      { extends: true, test: { name: 'kit', include: ['test/{*,!(registry-app|e2e)/**/*}.test.ts'], isolate: false } },
      { extends: true, test: { name: 'mocking', include: mocking } },
    ],
  },
})
