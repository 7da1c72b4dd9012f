import { describe, expect, test } from 'vitest'
import { runKit } from '../../lib/kit.ts'
import { piped } from '../lib/support/secret-input.ts'
import { temporaryFolder } from '../lib/support/temporary-folder.ts'

const folder = temporaryFolder({
  'local.yml': 'engine: cdktf\nstorage: {driver: filesystem}\nregistry: {log: {level: debug}}',
  'cloud.yml': 'engine: cdk\nstorage: {driver: s3, bucket: images}\nhost: {kind: instance, region: eu-west-1}',
})

async function run(...args: string[]) {
  let out = ''
  let error = ''
  const { signal } = new AbortController()
  const code = await runKit(args, {
    out: text => (out += text),
    error: text => (error += text),
    variables: {},
    input: piped(),
    signal,
    ask: async () => undefined,
  })
  return { code, out, error }
}

describe('the command line', () => {
  test('lists the environments', async () => {
    expect(await run('--environments', folder, 'environments')).toEqual({ code: 0, out: 'cloud\tcdk\nlocal\tcdktf\n', error: '' })
  })

  test("prints an environment's config.yml", async () => {
    const { code, out } = await run('--environments', folder, 'config', 'local')

    expect(code).toBe(0)
    expect(out).toContain('log:\n  level: debug\n  formatter: json\n')
  })

  test('says what the environments have wrong, and ends with 1', async () => {
    expect(await run('--environments', folder, 'config', 'lcoal')).toMatchObject({
      code: 1,
      out: '',
      error: expect.stringContaining('did you mean local?'),
    })
  })

  test.each([[['--help']], [['help']], [['--version']]])('%s ends with 0', async args => {
    expect((await run(...args)).code).toBe(0)
  })

  test.each([[[]], [['deploi']], [['config']], [['--flag']]])('%s ends with 2', async args => {
    expect((await run(...args)).code).toBe(2)
  })

  test('knows its version', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+/)
  })
})
