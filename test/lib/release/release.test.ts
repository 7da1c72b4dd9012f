import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, test } from 'vitest'
import { releaseCommand } from '../../../lib/release/command.ts'
import { run } from '../../registry-app/http/support/child-process.ts'
import { sha256 } from '../../registry-app/support/bytes.ts'
import { loopback } from '../copy/support/loopback.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { pushNodeBase } from '../support/node-base.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A registry of our own. @returns its address */
async function startRegistry(environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const variables = { REGISTRY_HTTP_ADDR: '127.0.0.1:0', ...environment }
  const command = run({ arguments: ['serve'], folder: temporaryFolder(), environment: variables })
  const [, host = ''] = await command.until(/addresses"?[=:]"?http:\/\/([^ ",]*:\d+)/)
  return host
}

const login = { REGISTRY_AUTH_HTPASSWD_REALM: 'r', REGISTRY_AUTH_HTPASSWD_USERNAME: 'me', REGISTRY_AUTH_HTPASSWD_PASSWORD: 'sesame open' }
const authorization = `Basic ${Buffer.from('me:sesame open').toString('base64')}`

let source: string
let sink: string
const appFolder = stubAppFolder()

beforeEach(async () => {
  ;[{ host: source }, sink] = await Promise.all([loopback(), startRegistry(login)])
  await pushNodeBase(source)
  // A process starts, which is slow where others do the same.
}, 60_000)

async function release(name: string, { platform = 'linux/arm64,linux/amd64', signedIn = true } = {}) {
  const [out, error]: [string[], string[]] = [[], []]
  const auths = { [sink]: { auth: Buffer.from('me:sesame open').toString('base64') } }
  const code = await releaseCommand(
    name,
    { base: `${source}/node:24`, platform },
    {
      out: text => out.push(text),
      error: text => error.push(text),
      variables: { DOCKER_CONFIG: temporaryFolder(signedIn ? { 'config.json': JSON.stringify({ auths }) } : {}) },
      signal: new AbortController().signal,
      appFolder,
    },
  )
  return { code, out: out.join(''), error: error.join('') }
}

const get = async (path: string) => {
  const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
  const answer = await fetch(`http://${sink}/v2/team/registry/${path}`, { headers: { authorization, accept } })
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}
const read = async (path: string) => JSON.parse((await get(path)).toString())

test('an image for two platforms is the base’s layers and one more, which both share', async () => {
  const { code, out } = await release(`${sink}/team/registry`)

  const [, digest = ''] = /^image:\n {2}reference: \S+@(sha256:\S+)$/m.exec(out) ?? []
  expect(code).toBe(0)
  const { manifests } = await read(`manifests/${digest}`)
  expect(manifests).toMatchObject([
    { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
    { platform: { os: 'linux', architecture: 'amd64' } },
  ])
  const [arm, x86] = await Promise.all(manifests.map((each: { digest: string }) => read(`manifests/${each.digest}`)))
  expect(arm.layers[1]).toEqual(x86.layers[1])
  expect(arm.layers.map((each: { mediaType: string }) => each.mediaType)).toEqual(
    Array(2).fill('application/vnd.oci.image.layer.v1.tar+gzip'),
  )
  expect((await get(`blobs/${arm.layers[0].digest}`)).toString()).toBe('node for arm64')

  const archive = gunzipSync(await get(`blobs/${arm.layers[1].digest}`))
  expect(execFileSync('tar', ['-tf', '-'], { input: archive, encoding: 'utf8' }).trim().split('\n')).toEqual([
    ...[
      'etc/distribution/',
      'etc/distribution/config.yml',
      'registry-copy.mjs',
      'registry-tracing.mjs',
      'registry.mjs',
      'var/lib/registry/',
    ],
  ])
  expect(await read(`blobs/${arm.config.digest}`)).toMatchObject({
    architecture: 'arm64',
    config: {
      ...{ User: '65532:65532', Entrypoint: ['node', '/registry.mjs'], Cmd: ['serve'] },
      Env: ['PATH=/usr/local/bin', 'NODE_ENV=production', 'REGISTRY_CONFIGURATION_PATH=/etc/distribution/config.yml'],
    },
    rootfs: { diff_ids: ['sha256:1', sha256(archive)] },
  })
})

test('the same content is the same digest, and a tag of its own unless one is given', async () => {
  const [first, again, tagged] = [
    await release(`${sink}/team/registry`),
    await release(`${sink}/team/registry`),
    await release(`${sink}/team/registry:1`),
  ]

  expect(first.out).toMatch(/^# \S+\/team\/registry:\d+\.\d+\.\d+-[0-9a-f]{12}\n/)
  expect(again.out).toBe(first.out)
  expect(tagged.out.split('\n').slice(1)).toEqual(first.out.split('\n').slice(1))
  expect(await get('manifests/1')).toEqual(await get(`manifests/${/sha256:\S+/.exec(first.out)?.[0]}`))
})

test('a registry that gives tokens is signed in to by one, for whom a credential helper knows', async () => {
  const tokens = await startRegistry({ REGISTRY_AUTH_LOCAL_USERNAME: 'me', REGISTRY_AUTH_LOCAL_PASSWORD: 'sesame open' })
  const folder = temporaryFolder({
    'config.json': JSON.stringify({ credHelpers: { [tokens]: 'trial' } }),
    'docker-credential-trial': `#!/bin/sh\ncat >/dev/null; echo '{"Username": "me", "Secret": "sesame open"}'\n`,
  })
  chmodSync(join(folder, 'docker-credential-trial'), 0o755)
  const variables = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` }
  const error: string[] = []
  const setting = { out: () => {}, error: (text: string) => error.push(text), variables, signal: new AbortController().signal, appFolder }

  const code = await releaseCommand(`${tokens}/registry`, { base: `${source}/node:24`, platform: 'linux/arm64' }, setting)

  expect([code, error.filter(line => !line.startsWith(' ') && !line.startsWith('linux/'))]).toEqual([0, []])
})

test.each([
  ['nobody who is signed in', { signedIn: false }, /: 401, nobody is signed in there: docker login does that/],
  [
    'a platform that the base has not',
    { platform: 'linux/riscv64' },
    /the base has nothing for linux\/riscv64, only linux\/amd64, linux\/arm64/,
  ],
])('%s is told of', async (_, options, sentence) => {
  const { code, error } = await release(`${sink}/team/registry`, options)

  expect(code).toBe(1)
  expect(error).toMatch(sentence)
})
