import { expect, test } from 'vitest'
import { entryOf } from '../../../../lib/registry-client/credentials/docker-config.ts'

const auth = (text: string) => ({ auth: Buffer.from(text).toString('base64') })
const somebody = { credentials: { username: 'me', password: 'pass:word' } }

test.each<[string, unknown, string, unknown]>([
  ['nobody', {}, 'registry.example', undefined],
  ['a name and a password', { auths: { 'registry.example': auth('me:pass:word') } }, 'registry.example', somebody],
  ['somebody of another host', { auths: { 'other.example': auth('me:pass:word') } }, 'registry.example', undefined],
  ['one that stands under a URL', { auths: { 'https://registry.example/v2/': auth('me:pass:word') } }, 'registry.example', somebody],
  ['one of Docker Hub', { auths: { 'https://index.docker.io/v1/': auth('me:pass:word') } }, 'docker.io', somebody],
  [
    'one who is known for a part, as podman has it',
    { auths: { 'registry.example/team': auth('me:pass:word'), 'registry.example': auth('you:x') } },
    'registry.example',
    somebody,
  ],
  [
    'a robot of Harbor',
    { auths: { 'registry.example': auth('robot$team+mover:secret') } },
    'registry.example',
    { credentials: { username: 'robot$team+mover', password: 'secret' } },
  ],
  [
    'an identity token',
    { auths: { 'registry.example': { ...auth('00000000-0000-0000-0000-000000000000:'), identitytoken: 'abc' } } },
    'registry.example',
    { credentials: { identityToken: 'abc' } },
  ],
  [
    'a helper of one host',
    { credHelpers: { 'registry.example': 'ecr-login' }, credsStore: 'desktop' },
    'registry.example',
    { helper: 'ecr-login', server: 'registry.example' },
  ],
  [
    'the store of all',
    { auths: { 'registry.example': {} }, credsStore: 'desktop' },
    'registry.example',
    { helper: 'desktop', server: 'registry.example' },
  ],
  [
    'the store, for Docker Hub',
    { auths: { 'https://index.docker.io/v1/': {} }, credsStore: 'desktop' },
    'docker.io',
    { helper: 'desktop', server: 'https://index.docker.io/v1/' },
  ],
  ['an empty entry', { auths: { 'registry.example': {} } }, 'registry.example', undefined],
])('finds %s', (_, config, host, expected) => {
  expect(entryOf(JSON.stringify(config), host, 'team/app')).toEqual(expected)
})

test('says nothing of what is in a file that it cannot read', () => {
  expect(() => entryOf('{"auths": hunter2', 'registry.example', 'app')).toThrow(/^it is not JSON$/)
})
