import { describe, expect, test } from 'vitest'
import { uiRoutes } from '../../../../registry-app/src/api/routes.ts'
import type { Action } from '../../../../registry-app/src/auth/access.ts'
import { expectAnswer } from '../../http/support/expect-answer.ts'
import { trialServer } from '../../http/support/trial-server.ts'
import { name, pushBlob, pushImage, tag } from '../../support/images.ts'
import { trialUi } from '../../ui/support/trial-ui.ts'
import { gateOf } from './support/gate.ts'

const rules = [
  { repositories: ['team/**'], who: ['user:ann'], actions: ['pull', 'catalog'] as Action[] },
  { repositories: ['team/**'], who: ['user:pusher'], actions: ['pull', 'push'] as Action[] },
  { repositories: ['team/**'], who: ['user:cleaner'], actions: ['pull', 'delete'] as Action[] },
  { repositories: ['**'], who: ['user:root'], actions: ['pull', 'push', 'delete', 'catalog', 'administer'] as Action[] },
  { repositories: ['public/**'], who: ['anonymous'], actions: ['pull', 'catalog'] as Action[] },
]

async function served() {
  const trial = await trialUi({ gate: gateOf(rules), host: 'http://images.example:8080' })
  for (const each of ['team/app', 'secret/app', 'public/app']) await pushImage(trial.registry, each, `the layer of ${each}`, { as: 'v1' })
  const { digest } = await pushBlob(trial.registry, 'secret/app', '{}')
  await trial.summarize()
  return { ...trial, digest }
}

const names = (json: { entries?: readonly { name: string }[] }) => json.entries?.map(({ name }) => name)

describe('the extension', () => {
  test('lists to each what he may see', async () => {
    const { ask } = await served()
    const path = '/v2/_bucket-registry/ui/repositories'
    expect(names((await ask(path)).json)).toEqual(['public/app'])
    expect(names((await ask(path, 'ann')).json)).toEqual(['public/app', 'team/app'])
    expect(names((await ask(path, 'root')).json)).toEqual(['public/app', 'secret/app', 'team/app'])
    expect((await ask(`${path}?q=secret`, 'ann')).json).toMatchObject({ total: 0, you: { name: 'ann', administers: false } })
    expect((await ask(`${path}?fold=true`, 'ann')).json.entries).toMatchObject([{ folder: 'public/' }, { folder: 'team/' }])
  })

  test('tells of the storage what each may see, and the whole to those who administer all of it', async () => {
    const { ask } = await served()
    const path = '/v2/_bucket-registry/ui/storage'
    const { json } = await ask(path, 'ann')
    expect(JSON.stringify(json)).not.toContain('secret')
    expect(json).toMatchObject({ repositories: 2 })
    expect(json.whole).toBeUndefined()
    const { json: all } = await ask(path, 'root')
    expect(all).toMatchObject({
      repositories: 3,
      whole: {
        collects: 'no',
        stored: { blobs: 7 },
        prices: { currency: 'USD', put: 0.005 },
        requests: { operations: [], processes: 1 },
        health: [{ name: 'storage', state: 'ok' }],
      },
    })
    expect((await ask(path)).json).toMatchObject({ repositories: 1 })
  })

  test.each(['tags', 'sharing/sha256:', 'blob/sha256:'])('keeps everybody else out of a repository’s %s', async what => {
    const { call, digest } = await served()
    const path = `/v2/secret/app/_bucket-registry/ui/${what.replace('sha256:', digest)}`
    expectAnswer(await call({ path }), { status: 401, code: 'UNAUTHORIZED' })
    expectAnswer(await call({ path, headers: { authorization: 'ann' } }), { status: 403, code: 'DENIED' })
    expect((await call({ path, headers: { authorization: 'root' } })).status).not.toBe(403)
  })

  test('lets a repository be deleted by those who may delete there', async () => {
    const { call, ask } = await served()
    const request = { method: 'DELETE', path: '/v2/team/app/_bucket-registry/ui/repository' }
    expectAnswer(await call({ ...request, headers: { authorization: 'ann' } }), { status: 403, code: 'DENIED' })
    expect((await ask('/v2/team/app/_bucket-registry/ui/tags', 'ann')).json).toMatchObject({ deletable: false })
    expect((await ask('/v2/team/app/_bucket-registry/ui/tags', 'root')).json).toMatchObject({ deletable: true })
    expectAnswer(await call({ ...request, headers: { authorization: 'root' } }), { status: 202 })
    expect(names((await ask('/v2/_bucket-registry/ui/repositories', 'root')).json)).toEqual(['public/app', 'secret/app'])
    expect((await ask('/v2/_bucket-registry/ui/storage', 'root')).json).toMatchObject({ repositories: 2 })
    expectAnswer(await call({ ...request, headers: { authorization: 'root' } }), { status: 404, code: 'NAME_UNKNOWN' })
  })

  test('lets nobody bring back what he may not push and delete', async () => {
    const { call } = await served()
    const request = { method: 'POST', path: '/v2/team/app/_bucket-registry/ui/restore/v1' }
    expectAnswer(await call(request), { status: 401, code: 'UNAUTHORIZED' })
    for (const authorization of ['ann', 'pusher', 'cleaner'])
      expectAnswer(await call({ ...request, headers: { authorization } }), { status: 403, code: 'DENIED' })
    expectAnswer(await call({ ...request, headers: { authorization: 'root' } }), { status: 404, code: 'MANIFEST_UNKNOWN' })
  })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://other.registry.example' },
    { origin: 'http://elsewhere.example' },
    { origin: 'null' },
    { origin: 'http://elsewhere.example', 'x-forwarded-host': 'registry.example, inner.example' },
    { 'sec-fetch-site': 'cross-site', 'x-registry-page': '1' },
  ])('does nothing that a page of another site has a browser send, with the password that it remembers: %o', async headers => {
    const { call, registry } = await served()
    for (const path of ['/v2/team/app/_bucket-registry/ui/restore/v1', '/v2/_bucket-registry/ui/doctor', '/v2/team/app/blobs/uploads/']) {
      expectAnswer(await call({ method: 'POST', path, headers: { authorization: 'root', ...headers } }), { status: 403, code: 'DENIED' })
    }
    expect(await registry.tags.get(name('team/app'), tag('v1'))).toBeDefined()
  })

  test.each([
    { 'sec-fetch-site': 'same-origin', origin: 'https://behind.a.proxy.example' },
    { 'sec-fetch-site': 'none' },
    { host: 'registry.example:5000', origin: 'http://registry.example:5000' },
    // Behind proxies that name themselves in Host: one that says so, one that does not, and one whose name is configured.
    { host: 'inner:5000', origin: 'http://registry.example', 'x-forwarded-host': 'registry.example' },
    { host: 'inner:5000', origin: 'https://registry.example', 'x-forwarded-host': 'registry.example, inner.example' },
    { host: 'inner:5000', origin: 'http://registry.example', 'x-registry-page': '1' },
    { host: 'inner:5000', origin: 'http://images.example:8080' },
    {},
  ])('does what its own page asks for, and who is no browser: %o', async headers => {
    const { call } = await served()
    const request = { method: 'POST', path: '/v2/team/app/_bucket-registry/ui/restore/v1' }
    expectAnswer(await call({ ...request, headers: { authorization: 'root', ...headers } }), { status: 404, code: 'MANIFEST_UNKNOWN' })
  })

  test.each([{ deleteEnabled: false }, { readOnly: true }])('deletes nothing where that is switched off: %o', async settings => {
    const { registry, call, ask } = await trialUi({ settings })
    await pushImage(registry, 'a', 'a layer', { as: 'v1' })
    expectAnswer(await call({ method: 'DELETE', path: '/v2/a/_bucket-registry/ui/repository' }), { status: 405, code: 'UNSUPPORTED' })
    expect((await ask('/v2/a/_bucket-registry/ui/tags')).json).toMatchObject({ deletable: false })
  })

  test('is listed where the specification says that extensions are', async () => {
    const { ask } = await trialUi()
    const { json } = await ask('/v2/_oci/ext/discover')
    const { extensions } = json as unknown as { extensions: { name: string; endpoints: string[] }[] }
    const listed = extensions.flatMap(({ endpoints }) => endpoints).map(each => `/v2/${each.replaceAll('{', '<').replaceAll('}', '>')}`)
    expect(listed.sort()).toEqual([...new Set(uiRoutes.map(({ pattern }) => pattern))].sort())
  })

  test('is not there without the page', async () => {
    const { call } = await trialServer()
    for (const path of ['/v2/_oci/ext/discover', '/v2/_bucket-registry/ui/repositories', '/v2/a/_bucket-registry/ui/tags']) {
      expectAnswer(await call({ path }), { status: 404, code: 'UNSUPPORTED' })
    }
  })
})
