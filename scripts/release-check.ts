import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildImage } from './release-check/build-image.ts'
import { buildTwice } from './release-check/build-twice.ts'
import { composeImage } from './release-check/compose-image.ts'
import { checkInstalledLicences } from './release-check/installed-licences.ts'
import { runCommand } from './release-check/run-command.ts'
import { Skipped } from './release-check/skipped.ts'
import { checkVersion } from './release-check/version.ts'

// All that a release does but the publishing. With --tag v1.2.3 as the workflow does it; without, as a rehearsal.
const root = join(import.meta.dirname, '..')
const { tag } = parseArgs({ options: { tag: { type: 'string' } } }).values
const read = (path: string) => readFile(join(root, path), 'utf8')
const { version } = JSON.parse(await read('package.json')) as { version: string }
const lock = JSON.parse(await read('package-lock.json'))

const checks: Readonly<Record<string, () => Promise<string>>> = {
  version: async () => checkVersion({ version, locked: lock.version, changelog: await read('CHANGELOG.md'), ...(tag ? { tag } : {}) }),
  async bundle() {
    const hashes = await buildTwice(root)
    return `two builds, one hash: registry.mjs is sha256:${hashes.get('registry.mjs')}, and ${hashes.size - 1} files beside it are the same, too`
  },
  // Those of what is bundled were agreed to by the build above, or it had failed.
  licences: async () =>
    `agreed to: all in the bundle, and all ${checkInstalledLicences(lock.packages)} packages that an installation brings along`,
  image: () => composeImage({ root, version, base: process.env.NODE_IMAGE }),
  docker: () => buildImage({ root, version, base: process.env.NODE_IMAGE }),
  async package() {
    await runCommand('npm', ['run', '--silent', 'test:e2e:package'], { cwd: root })
    return 'packed, installed elsewhere, and used from ES modules and from CommonJS (test/e2e/package)'
  },
  async reference() {
    await runCommand('npm', ['run', '--silent', 'docs:api'], { cwd: root })
    return 'of the constructs, written to docs/api without a warning'
  },
}

let failed = 0
for (const [name, check] of Object.entries(checks)) {
  try {
    process.stdout.write(`ok       ${name}: ${await check()}\n`)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    if (!(cause instanceof Skipped)) failed++
    process.stdout.write(`${cause instanceof Skipped ? 'skipped ' : 'FAILED  '} ${name}: ${message.replaceAll('\n', '\n         ')}\n`)
  }
}
process.stdout.write(
  failed === 0 ? 'Nothing that was asked speaks against a release.\n' : `${failed} of ${Object.keys(checks).length} failed.\n`,
)
process.exitCode = failed === 0 ? 0 : 1
