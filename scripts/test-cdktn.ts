import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fetchCdktn } from './cdktn/fetch-cdktn.ts'

// cdktf was archived; that its successor would do in its place is tried, not believed: the tests of what is synthesized run on that as well.
await fetchCdktn()
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs')
const hooks = pathToFileURL(join(import.meta.dirname, 'cdktn/in-place-of-cdktf.ts'))
const run = spawn(process.execPath, [vitest, 'run', 'test/lib/terraform/', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, NODE_OPTIONS: `--import=${hooks}`, BUCKET_REGISTRY_CDKTN: 'true' },
})
const [code] = await once(run, 'exit')
process.exitCode = code ?? 1
