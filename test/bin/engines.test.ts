import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../lib/support/temporary-folder.ts'

test.each(['cdk', 'cdktf'])('bin/%s.ts says what the environments have wrong, without a stack, and fails', engine => {
  const folder = temporaryFolder({ 'environments/try.yml': `engine: ${engine}\n` })

  const { status, stdout, stderr } = spawnSync(process.execPath, [join(process.cwd(), 'bin', `${engine}.ts`)], {
    cwd: folder,
    encoding: 'utf8',
  })

  expect(stderr).toBe(
    'the environments have one mistake:\n  environments/try.yml:1:1: storage: is missing: must be a section such as {driver: filesystem}\n',
  )
  expect(stdout).toBe('')
  expect(status).toBe(1)
})
