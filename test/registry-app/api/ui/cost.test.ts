import { expect, test, vi } from 'vitest'
import type { Digest } from '../../../../registry-app/src/registry/digest.ts'
import type { Name, Tag } from '../../../../registry-app/src/registry/name.ts'
import { layerLinkPath, revisionLinkPath, tagIndexPath, tagLinkPath } from '../../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { eventually } from '../../http/support/eventually.ts'
import { bytes } from '../../support/bytes.ts'
import { name, pushBlob, pushImage } from '../../support/images.ts'
import { found } from '../../ui/support/found.ts'
import { trialUi } from '../../ui/support/trial-ui.ts'

const many = 10_000
const repositories = '/v2/_bucket-registry/ui/repositories'

/** Links as a push leaves them. */
async function link(driver: StorageDriver, repository: Name, tag: string, digest: Digest) {
  const keys = [layerLinkPath(repository, digest), revisionLinkPath(repository, digest), tagLinkPath(repository, tag as Tag)]
  for (const key of [...keys, tagIndexPath(repository, tag as Tag, digest)]) await driver.put(key, bytes(digest))
}

test('a view of ten thousand repositories costs one read a minute, however one searches, sorts and turns pages', async () => {
  const { driver, registry, ask, summarize, clock } = await trialUi()
  const { digest } = await pushImage(registry, 'team-0/app-0', 'a layer', { as: 'v1' })
  for (let number = 1; number < many; number += 1) await link(driver, name(`team-${number % 50}/app-${number}`), 'v1', digest)
  await summarize()

  const views = [
    '',
    '?n=1000&from=9000',
    '?fold=true',
    '?fold=true&under=team-7/',
    '?q=app-99',
    '?sort=size&order=desc',
    '?sort=pushed&from=500',
  ]
  for (const view of views) expect((await ask(repositories + view)).status).toBe(200)
  expect(driver.cost()).toEqual({})
  expect((await ask(repositories)).json).toMatchObject({ total: many })
  expect((await ask(`${repositories}?q=app-99`)).json).toMatchObject({ total: 111 })
  expect((await ask(`${repositories}?fold=true`)).json).toMatchObject({ total: 50 })
  expect((await ask('/v2/_bucket-registry/ui/storage')).json).toMatchObject({ repositories: many })
  expect(driver.cost()).toEqual({})

  clock.move(60_000)
  for (const view of views) await ask(repositories + view)
  expect(driver.cost()).toEqual({ read: 1 })
})

test('what the doctor has found costs one read for each who looks', async () => {
  const { driver, ask, call, ui } = await trialUi({ examine: found })
  const doctor = '/v2/_bucket-registry/ui/doctor'
  expect((await ask(doctor)).json).toMatchObject({ running: false })
  expect(driver.cost()).toEqual({ read: 1 })
  await call({ method: 'POST', path: doctor })
  await eventually(async () => (await ui.doctor.examinations?.last())?.running).toBe(false)
  driver.cost()
  for (let looks = 0; looks < 3; looks += 1) expect((await ask(doctor)).json).toMatchObject({ last: { verdict: 'good' } })
  expect(driver.cost()).toEqual({ read: 3 })
})

test('turning the pages of them has each once', async () => {
  const { driver, registry, ask, summarize } = await trialUi()
  const { digest } = await pushImage(registry, 'a0', 'a layer', { as: 'v1' })
  for (let number = 1; number < 250; number += 1) await link(driver, name(`a${number}`), 'v1', digest)
  await summarize()
  const seen: string[] = []
  for (let from = 0; from < 250; from += 100) {
    const { json } = await ask(`${repositories}?n=100&from=${from}`)
    seen.push(...(json.entries as unknown as { name: string }[]).map(entry => entry.name))
  }
  expect(new Set(seen).size).toBe(250)
  expect(seen).toEqual(seen.toSorted())
})

test('a page of ten thousand tags costs 25 lists at most, and a read for each that was moved', async () => {
  const { driver, registry, ask, summarize, clock, ui } = await trialUi()
  const app = name('app')
  const { digest } = await pushImage(registry, 'app', 'a layer', { as: 'v0' })
  for (let number = 1; number < many; number += 1) await link(driver, app, `v${number}`, digest)
  clock.move(1000)
  const { digest: other } = await pushImage(registry, 'app', 'another layer', { as: 'v5' })
  await summarize()

  const tags = '/v2/app/_bucket-registry/ui/tags'
  const { json } = await ask(`${tags}?sort=pushed&order=desc&n=2`)
  expect(json).toMatchObject({ total: many, cut: false, tags: [{ tag: 'v5', digest: other }, { digest }] })
  expect(driver.cost()).toEqual({ list: 21, read: 1 })
  expect((await ask(`${tags}?q=v999&from=5`)).json).toMatchObject({ total: 11 })
  expect(driver.cost()).toEqual({})

  for (let number = 0; number < many; number += 1) await driver.put(tagIndexPath(app, `v${number}` as Tag, other), bytes(other))
  ui.tags.forget(app)
  driver.cost()
  expect((await ask(`${tags}?n=100`)).json).toMatchObject({ cut: true })
  expect(driver.cost()).toEqual({ list: 25, read: 100 })
})

test.each([
  [`${repositories}?n=1001`, 'PAGINATION_NUMBER_INVALID'],
  [`${repositories}?n=x`, 'PAGINATION_NUMBER_INVALID'],
  [`${repositories}?from=-1`, 'PAGINATION_NUMBER_INVALID'],
  [`${repositories}?sort=colour`, 'UNSUPPORTED'],
  ['/v2/app/_bucket-registry/ui/tags?n=101', 'PAGINATION_NUMBER_INVALID'],
])('%s is refused', async (path, code) => {
  const { registry, ask } = await trialUi()
  await pushImage(registry, 'app', 'a layer', { as: 'v1' })
  const { status, json } = await ask(path)
  expect({ status, code: (json.errors as unknown as { code: string }[])[0]?.code }).toEqual({ status: 400, code })
})

test('a blob comes from the registry itself, and not if it is large', async () => {
  const { registry, driver, call } = await trialUi()
  driver.urlFor = async key => new URL(key, 'https://store.example/')
  const { digest } = await pushImage(registry, 'app', 'a layer', { as: 'v1' })
  const manifest = await registry.manifests.get(name('app'), { digest })
  const config = manifest?.blobs[0]?.digest
  expect((await call({ path: `/v2/app/blobs/${config}` })).status).toBe(307)
  expect(await call({ path: `/v2/app/_bucket-registry/ui/blob/${config}` })).toMatchObject({ status: 200, body: Buffer.from('{}') })
})

test('who asks for the head of a blob has nothing of it read', async () => {
  const { registry, driver, call } = await trialUi()
  const { digest } = await pushBlob(registry, 'app', 'a bill of materials')
  const path = `/v2/app/_bucket-registry/ui/blob/${digest}`
  const opened = vi.spyOn(driver, 'get')
  const answer = await call({ method: 'HEAD', path })
  expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '19', 'docker-content-digest': digest } })
  expect(opened).not.toHaveBeenCalled()
  await call({ path })
  expect(opened).toHaveBeenCalledOnce()
  expect((await call({ method: 'HEAD', path: path.replace(/.{4}$/, '0000') })).status).toBe(404)
})

test('what is pushed and deleted is seen at once', async () => {
  const { call, ask, registry, summarize } = await trialUi()
  const { digest } = await pushImage(registry, 'app', 'a layer', { as: 'v1' })
  await summarize()
  const content = (await registry.manifests.get(name('app'), { digest }))?.content ?? ''
  const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' }
  expect((await call({ method: 'PUT', path: '/v2/app/manifests/v2', body: content, headers })).status).toBe(201)
  expect((await ask('/v2/app/_bucket-registry/ui/tags')).json).toMatchObject({ total: 2 })
  expect((await call({ method: 'DELETE', path: '/v2/app/manifests/v1' })).status).toBe(202)
  expect((await ask('/v2/app/_bucket-registry/ui/tags')).json).toMatchObject({ total: 1 })
  const { recent } = (await ask('/v2/_bucket-registry/ui/storage')).json as unknown as { recent: { action: string; reference: string }[] }
  expect(recent.map(({ action, reference }) => `${action} ${reference}`)).toEqual(['delete v1', 'push v2'])
})
