import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadEnvironment } from '../../../lib/environment/load-environment.ts'
import { providers } from '../../../lib/environment/providers/index.ts'
import { runKit } from '../../../lib/kit.ts'
import { piped } from '../support/secret-input.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** `kit init office …`, where a person answers a question that has these words in it. */
async function init(args: readonly string[], answers: Readonly<Record<string, string>> = {}, folder = temporaryFolder()) {
  const said: string[] = []
  const asked: string[] = []
  const code = await runKit(['--environments', folder, 'init', 'office', ...args], {
    out: text => said.push(text),
    error: text => said.push(text),
    variables: {},
    input: piped(),
    signal: new AbortController().signal,
    ask: async question => {
      asked.push(question)
      return Object.entries(answers).find(([words]) => question.includes(words))?.[1]
    },
  })
  return { code, asked, text: said.join(''), file: join(folder, 'office.yml') }
}

test('flags alone write a file that is read back as it was told', async () => {
  const flags = ['--engine', 'cdktf', '--storage', 's3', '--provider', 'cloudflare-r2', '--account', 'abc', '--bucket', 'images']
  const { code, asked, file, text } = await init([...flags, '--domain', 'registry.example.com'])

  expect({ code, asked }).toEqual({ code: 0, asked: [] })
  expect(loadEnvironment(file)).toMatchObject({
    name: 'office',
    engine: 'cdktf',
    domain: 'registry.example.com',
    storage: { driver: 's3', provider: 'cloudflare-r2', account: 'abc', bucket: 'images', existing: false, onDestroy: 'retain' },
  })
  expect(text).toContain('npx cdktf deploy registry-office-data registry-office')
})

test('what is not told is asked, and nothing else', async () => {
  const { code, asked, file } = await init(['--engine', 'cdktf', '--bucket', 'images', '--signing-version', 'v2'], {
    'Where are the images': 's3',
    'Whose store': 'other',
    'The address': 'https://s3.example.com',
    'The region': 'x',
    'there already': 'yes',
    'The name by which': 'registry.lan',
    'The Docker engine': 'ssh://me@host',
  })

  expect(code).toBe(0)
  expect(asked).toHaveLength(7)
  expect(loadEnvironment(file)).toMatchObject({
    storage: { endpoint: 'https://s3.example.com', region: 'x', signingVersion: 'v2', existing: true },
    domain: 'registry.lan',
    certificate: { by: 'self-signed' },
    host: { uri: 'ssh://me@host' },
  })
})

test('whoever leaves open what can be left open gets what there is without it', async () => {
  const { code, file } = await init(['--engine', 'cdktf'], {
    'Where are the images': 'filesystem',
    'The name by which': '',
    'The Docker engine': ' ',
  })

  expect(code).toBe(0)
  expect(readFileSync(file, 'utf8')).not.toMatch(/^(domain|host|certificate)/m)
})

test.each([...providers.map(({ name }) => name), 'other'])(
  'every question answered for %s leads to a file that is right',
  async provider => {
    const { code, file } = await init([], {
      'What deploys it': 'cdktf',
      'Where are the images': 's3',
      'Whose store': provider,
      'The address': 'https://s3.example.com',
      'The account': 'abc',
      'The region': 'region-1',
      "The bucket's name": 'images',
      'there already': 'no',
      'The name by which': 'registry.example.com',
      'The Docker engine': '',
    })

    expect(code).toBe(0)
    expect(loadEnvironment(file)).toMatchObject({ domain: 'registry.example.com', storage: { bucket: 'images', existing: false } })
  },
)

test.each([
  ['--engine', 'terraform', '--engine is cdktf or cdk, not terraform'],
  ['--storage', 'disk', '--storage is filesystem or s3, not disk'],
])('%s %s is refused before anything is asked', async (flag, value, says) => {
  const { code, asked, text } = await init([flag, value])
  expect({ code, asked }).toEqual({ code: 2, asked: [] })
  expect(text).toContain(says)
})

test('what to do next is told line by line, as it is typed', async () => {
  const { text, file } = await init([
    '--engine',
    'cdktf',
    '--storage',
    's3',
    '--provider',
    'scaleway',
    '--region',
    'fr-par',
    '--bucket',
    'images',
  ])
  expect(text).toBe(`${file} is written. Next:

  export TF_VAR_s3_access_key=… TF_VAR_s3_secret_key=…
  npm run kit -- preflight office
  npx cdktf deploy registry-office-data registry-office
`)
})

test('a name that cannot be one is refused before anything is asked', async () => {
  const said: string[] = []
  const code = await runKit(['init', 'Office'], {
    out: text => said.push(text),
    error: text => said.push(text),
    variables: {},
    input: piped(),
    signal: new AbortController().signal,
    ask: () => Promise.reject(new Error('it asked')),
  })

  expect([code, said.join('')]).toEqual([2, expect.stringContaining('at most 32 lowercase letters')])
})

test('the file explains itself, and leads an editor to its schema', async () => {
  const { file } = await init(['--engine', 'cdktf', '--storage', 'filesystem'])
  const text = readFileSync(file, 'utf8')

  expect(text).toMatch(/^# yaml-language-server: \$schema=environment\.schema\.json\n/)
  expect(text).toContain('# Destroying the data stack is refused')
})

test('an environment on AWS asks for host, region and bucket, and a service for its name too', async () => {
  const { code, asked, file } = await init(['--engine', 'cdk', '--host', 'instance', '--region', 'eu-west-1', '--bucket', 'office-images'])

  expect({ code, asked }).toEqual({ code: 0, asked: [] })
  expect(loadEnvironment(file)).toMatchObject({
    engine: 'cdk',
    storage: { driver: 's3', bucket: 'office-images', provider: 'aws', region: 'eu-west-1' },
    host: { kind: 'instance', region: 'eu-west-1' },
  })

  const service = await init(['--engine', 'cdk', '--zone-id', 'Z0123456789'], {
    'What runs it': 'fargate',
    'The AWS region': 'eu-west-1',
    "bucket's name": 'office-images',
    'The name by which': 'registry.example.com',
    'The zone': 'example.com',
  })
  expect(service).toMatchObject({ code: 0, asked: { length: 5 } })
  expect(loadEnvironment(service.file)).toMatchObject({
    domain: 'registry.example.com',
    dns: { by: 'route53', zone: 'example.com', zoneId: 'Z0123456789' },
  })
})

test('a bucket that is there is not made', async () => {
  const { file } = await init(['--engine', 'cdktf', '--storage', 's3', '--provider', 'nifcloud-old', '--bucket', 'images', '--existing'])

  expect(loadEnvironment(file).storage).toMatchObject({ existing: true, provider: 'nifcloud-old' })
})

test('without a person, the flag that is missing is named, and nothing is written', async () => {
  const { code, text, file } = await init(['--engine', 'cdktf', '--storage', 's3', '--provider', 'scaleway', '--region', 'fr-par'])

  expect(code).toBe(2)
  expect(text).toContain('--bucket is missing')
  expect(() => readFileSync(file)).toThrow('ENOENT')
})

test.each([
  ['a bucket that cannot be one', ['--provider', 'nifcloud-old', '--bucket', 'A'], 'office.yml is not written: storage.bucket: must be', 1],
  ['a provider that is misspelt', ['--provider', 'scalewa', '--bucket', 'images'], 'did you mean scaleway', 2],
])('%s is explained, and nothing is written', async (_, flags, message, expected) => {
  const { code, text, file } = await init(['--engine', 'cdktf', '--storage', 's3', ...flags])

  expect(text).toContain(message)
  expect(code).toBe(expected)
  expect(() => readFileSync(file)).toThrow('ENOENT')
})

test('a file that is there stays as it is', async () => {
  const folder = temporaryFolder({ 'office.yml': 'mine\n' })
  const { code, text, file } = await init(['--engine', 'cdktf', '--storage', 'filesystem'], {}, folder)

  expect(code).toBe(2)
  expect(text).toContain('is there already')
  expect(readFileSync(file, 'utf8')).toBe('mine\n')
})

test.each([
  [['--engine', 'cdktf', '--storage', 'filesystem', '--bucket', 'images'], '--bucket is for --storage s3'],
  [['--engine', 'cdktf', '--storage', 'filesystem', '--signing-version', 'v2'], '--signing-version is for --storage s3'],
  [['--engine', 'cdktf', '--storage', 'filesystem', '--zone-id', 'Z0123456789'], '--zone-id is for --engine cdk'],
  [['--engine', 'cdk', '--storage', 'filesystem'], '--storage filesystem is for --engine cdktf'],
])('%j, of which something would be left out in silence, is refused before anything is asked', async (flags, says) => {
  const { code, asked, text } = await init(flags)
  expect({ code, asked }).toEqual({ code: 2, asked: [] })
  expect(text).toContain(says)
})

test('what cannot be left open is asked again', async () => {
  const told = ['--engine', 'cdktf', '--storage', 's3', '--provider', 'scaleway', '--region', 'fr-par']
  const { code, asked, file } = await init(told, {
    'cannot be left open': 'images',
    "bucket's name": ' ',
    'there already': 'no',
    'The name by which': '',
    'The Docker engine': '',
  })
  expect(code).toBe(0)
  expect(asked.slice(0, 2)).toEqual(["The bucket's name", "The bucket's name (this cannot be left open)"])
  expect(loadEnvironment(file).storage).toMatchObject({ bucket: 'images' })
})
