import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../lib/support/temporary-folder.ts'

const host = 'host: {kind: instance, region: eu-west-1}\n'

test.each([
  ['cdk', host, '{driver: s3, bucket: example-images}'],
  ['cdktf', '', '{driver: filesystem}'],
])('bin/%s.ts says what the environments have wrong, without a stack, and fails', (engine, rest, storage) => {
  const folder = temporaryFolder({ 'environments/try.yml': `engine: ${engine}\n${rest}` })

  const { status, stdout, stderr } = spawnSync(process.execPath, [join(process.cwd(), 'bin', `${engine}.ts`)], {
    cwd: folder,
    encoding: 'utf8',
  })

  expect(stderr).toBe(
    `the environments have one mistake:\n  environments/try.yml:1:1: storage: is missing: must be a section such as ${storage}\nsee docs/providers.md, docs/environments.md\n`,
  )
  expect(stdout).toBe('')
  expect(status).toBe(1)
})
