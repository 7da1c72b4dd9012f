import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runKit } from '../../lib/kit.ts'
import { storeDouble } from '../registry-app/doctor/support/store-double.ts'
import { piped } from './support/secret-input.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const kit = (...args: readonly string[]) => kitWith({}, ...args)

async function kitWith(variables: Readonly<Record<string, string>>, ...args: readonly string[]) {
  let [out, error] = ['', '']
  const code = await runKit(args, {
    out: text => (out += text),
    error: text => (error += text),
    variables,
    input: piped(),
    signal: new AbortController().signal,
    ask: async () => undefined,
  })
  return { code, out, error }
}

/** A config.yml whose keys its store does not believe. */
async function refusedConfig(): Promise<string> {
  const { endpoint } = await storeDouble({ signing: [] })
  const config = join(temporaryFolder({}), 'config.yml')
  const s3 = `{bucket: images, region: somewhere-1, regionendpoint: '${endpoint}', accesskey: access, secretkey: wrong}`
  writeFileSync(config, `version: 0.1\nstorage: {s3: ${s3}}\n`)
  return config
}

test.each([
  ['check', ['check']],
  ['user list', ['user', 'list']],
  ['token list', ['token', 'list']],
  ['token create', ['token', 'create', 'builder', '--repository', 'team/**']],
])('%s says what the store refused, and where to read on, without a stack', async (_, words) => {
  expect(await kit(...words, '--config', await refusedConfig())).toEqual({
    code: 1,
    out: '',
    error: expect.stringMatching(/^\w+ .*in bucket images: .*(400|403).*\nsee docs\/providers\.md\n$/),
  })
})

test.each([
  ['user list', ['user', 'list']],
  ['user add', ['user', 'add', 'alice', '--generate']],
])('%s in a folder that is not there says so, without a stack', async (_, words) => {
  const { code, error } = await kit(...words, '--file', join(temporaryFolder({}), 'none', 'htpasswd'))
  expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(/^ENOENT: no such file or directory, open '.*htpasswd.*'\n$/) })
})

test('check, user and token find the bucket of an environment by the keys of its deployment', async () => {
  const { endpoint } = await storeDouble({})
  const storage = `{driver: s3, provider: minio, endpoint: '${endpoint}', region: us-east-1, bucket: images}`
  const folder = temporaryFolder({ 'office.yml': `engine: cdktf\nstorage: ${storage}\n` })
  const deployed = { TF_VAR_s3_access_key: 'access', TF_VAR_s3_secret_key: 'SECRET' }
  for (const words of [['check'], ['user', 'list'], ['token', 'list']])
    expect(await kitWith(deployed, '--environments', folder, ...words, '--environment', 'office')).toMatchObject({ code: 0 })
})
