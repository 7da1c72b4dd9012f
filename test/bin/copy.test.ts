import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { loopback } from '../lib/copy/support/loopback.ts'
import { temporaryFolder } from '../lib/support/temporary-folder.ts'
import { name, pushImage, tag } from '../registry-app/support/images.ts'

const home = temporaryFolder()

const copy = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['bin/copy.ts', ...args], { env: { HOME: home } }).then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
  )

test('is kit copy, in a program that is nothing else', async () => {
  const [from, to] = [await loopback(), await loopback()]
  const { digest } = await pushImage(from.registry, 'team/app', 'a layer', { as: 'v1' })

  // As an environment's standby names them: by plain HTTP, and nothing else.
  expect(await copy('--delete', from.url, `${to.url}/mirror/**`)).toMatchObject({
    code: 0,
    said: expect.stringContaining('1 image copied'),
  })
  expect(await to.registry.tags.get(name('mirror/team/app'), tag('v1'))).toBe(digest)
})

test('says what is wrong with its command line, and ends with 2', async () => {
  expect(await copy('registry.example')).toEqual({ code: 2, said: expect.stringContaining("missing required argument 'target'") })
  expect(await copy('registry.example', 'oci:folder', '--watch')).toEqual({
    code: 2,
    said: 'error: --watch goes from registry to registry\n',
  })
})
