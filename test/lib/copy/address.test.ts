import { describe, expect, test } from 'vitest'
import { type Address, parseAddress } from '../../../lib/copy/address.ts'
import { pairRepositories } from '../../../lib/copy/pair-repositories.ts'
import { copy } from './support/copy.ts'

const digest = `sha256:${'a'.repeat(64)}`

test.each<[string, Partial<Record<string, unknown>>]>([
  ['registry.example', { host: 'registry.example' }],
  ['localhost:5000/app', { host: 'localhost:5000', repository: 'app' }],
  ['registry.example/team/app:v1', { host: 'registry.example', repository: 'team/app', tag: 'v1' }],
  ['http://registry:5000/team/app', { host: 'registry:5000', plain: true, repository: 'team/app' }],
  ['docker://registry.example/team/app:v1', { host: 'registry.example', repository: 'team/app', tag: 'v1' }],
  [`registry.example/app:v1@${digest}`, { repository: 'app', tag: 'v1', digest }],
  ['registry:5000/app', { host: 'registry:5000', repository: 'app' }],
  ['[::1]:5000/app', { host: '[::1]:5000', repository: 'app' }],
  ['docker.io/alpine:3', { host: 'docker.io', repository: 'library/alpine', tag: '3' }],
  ['docker.io/grafana/grafana', { repository: 'grafana/grafana' }],
  ['registry.example/team/**', { host: 'registry.example', pattern: expect.objectContaining({ text: 'team/**' }) }],
  ['oci:some/folder', { kind: 'oci', path: 'some/folder' }],
  ['oci:folder:v1', { kind: 'oci', path: 'folder', name: 'v1' }],
  ['oci-archive:file.tar', { kind: 'oci-archive', path: 'file.tar' }],
  [
    'docker-archive:/tmp/a.tar:registry.example:5000/app:v1',
    { kind: 'docker-archive', path: '/tmp/a.tar', name: 'registry.example:5000/app:v1' },
  ],
])('%s', (text, expected) => {
  const { kind: _ = undefined, ...known }: Partial<Record<string, unknown>> = { ...parseAddress(text) }
  const { kind, ...wanted } = expected
  if (kind !== undefined) expect(parseAddress(text).kind).toBe(kind)
  expect(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined))).toMatchObject(wanted)
})

test.each([
  ['alpine', 'begins with no host'],
  ['alpine:3.19', 'begins with no host'],
  ['team/app', 'begins with no host'],
  ['docker-daemon:alpine', 'nor with oci:, oci-archive: or docker-archive:'],
  ['registry.example/Team', 'is no HOST/REPOSITORY:TAG'],
  ['registry.example/app:-v', 'is no HOST/REPOSITORY:TAG'],
  ['registry.example/app@sha256:1', 'is no digest'],
  ['registry.example/Team/**', 'names of repositories have no capital letters'],
  ['oci:', 'names no folder'],
  ['docker-archive:a.tar:', 'names no tag'],
])('%s is refused', (text, says) => {
  expect(() => parseAddress(text)).toThrow(says)
})

describe('where repositories go', () => {
  const to = (from: string, target: string) =>
    pairRepositories(parseAddress(from) as Address & { kind: 'registry' }, parseAddress(target) as Address & { kind: 'registry' })
  test.each([
    ['a.example', 'b.example', 'team/app', 'team/app'],
    ['a.example/team/**', 'b.example', 'team/app', 'team/app'],
    ['a.example/**/app', 'b.example', 'team/app', 'team/app'],
    ['a.example', 'b.example/mirror/**', 'team/app', 'mirror/team/app'],
    ['a.example/team/**', 'b.example/mirror/**', 'team/x/app', 'mirror/x/app'],
    ['a.example/team/**', 'b.example/**', 'team/app', 'app'],
  ])('%s to %s: %s becomes %s', (from, target, repository, expected) => {
    expect(to(from, target)(repository)).toBe(expected)
  })
})

test.each([
  [['a.example/team/**', 'b.example/app'], 'many repositories are copied to b.example alone'],
  [['a.example/**/app', 'b.example/x/**'], 'is filled in nowhere'],
  [['a.example/team/**', 'b.example/*/x'], "a target's pattern ends with /**"],
  [['a.example/team/**', 'oci:folder'], 'is many repositories, and one goes into oci:folder'],
  [['a.example/app', 'b.example/app:v1'], 'cannot all be called v1'],
  [['a.example/app', 'b.example/app', '--jobs', '0'], '--jobs 0: write a number'],
  [['a.example/app', 'b.example/app', '--tags', 'a b'], '--tags a b: can match no tag'],
  [['a.example/app', 'b.example/app', '--platform', 'arm64'], '--platform arm64: write linux/amd64'],
  [['a.example/app', 'b.example/app', '--metrics', ':9100'], '--metrics goes with --watch'],
  [['a.example/app', 'b.example/app', '--watch', '--dry-run'], '--watch copies as long as it runs'],
  [['a.example/app', 'b.example/app', '--watch', '--interval', '30'], '--interval 30: write a duration'],
  [['a.example/app:v1', 'b.example/app', '--delete'], '--delete goes with all tags'],
  [['a.example/app', 'b.example/app', '--delete', '--tags', 'v*'], '--delete makes the target what the source is'],
  [['oci:folder', 'b.example/app', '--watch'], '--watch goes from registry to registry'],
  [['oci:/nowhere', 'b.example/app'], '/nowhere cannot be read'],
  [['a.example/app', 'b.example/app', '--ca', '/nowhere'], 'the certificates cannot be read'],
])('%j ends with 2, and asks nobody', async (args, says) => {
  expect(await copy(args)).toEqual({ code: 2, out: '', error: expect.stringContaining(says) })
})
