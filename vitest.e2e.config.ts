import { defineConfig } from 'vitest/config'

/** Suites with a Docker engine get one before they start: the one that runs, or one of their own that ends with them. */
const suites = {
  conformance: [],
  docker: ['test/e2e/support/engine-setup.ts'],
  cdktf: ['test/e2e/support/engine-setup.ts'],
  cdk: ['test/e2e/support/engine-setup.ts'],
  aws: [],
  clients: [],
  crash: [],
  events: [],
  s3: [],
  's3-docker': ['test/e2e/support/engine-setup.ts'],
  tls: ['test/e2e/support/engine-setup.ts'],
  doctor: [],
  auth: ['test/e2e/support/engine-setup.ts'],
  package: [],
  page: [],
  synth: [],
  examples: [],
  instance: ['test/e2e/support/engine-setup.ts'],
  acme: [],
  acceptance: [],
  collection: [],
  proxy: [],
  copy: [],
}

/** `npm run test:e2e`: real clients, real engines. What is not on this machine is skipped by name. */
export default defineConfig({
  test: {
    globalSetup: ['test/e2e/support/build-setup.ts'],
    // The one that names what is skipped, and so says why.
    reporters: ['verbose'],
    // Two cores, and clients that time out: one suite after another.
    fileParallelism: false,
    projects: Object.entries(suites).map(([name, globalSetup]) => ({
      extends: true as const,
      test: {
        name,
        include: [`test/e2e/${name}/**/*.e2e.ts`],
        globalSetup,
        testTimeout: 180_000,
        hookTimeout: 300_000,
      },
    })),
  },
})
