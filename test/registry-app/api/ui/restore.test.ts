import { describe, expect, test } from 'vitest'
import { blobDataPath } from '../../../../registry-app/src/registry/paths.ts'
import { removedTags } from '../../../../registry-app/src/registry/removed-tags.ts'
import { expectAnswer } from '../../http/support/expect-answer.ts'
import { type Described, image, index, name, pushBlob, pushImage, pushManifest, tag } from '../../support/images.ts'
import { hour } from '../../support/registry.ts'
import { trialUi } from '../../ui/support/trial-ui.ts'
import { gateOf } from './support/gate.ts'

const undoing = { undoDeletions: 48 * hour }
const lost = '/v2/team/app/_bucket-registry/ui/restore'
const deleted = '/v2/_bucket-registry/ui/restore'
const descriptorOf = ({ mediaType, digest, size }: Described) => ({ mediaType, digest, size })
const everything = ['pull', 'push', 'delete', 'catalog', 'administer'] as const

const rules = [
  { repositories: ['team/**'], who: ['user:ann'], actions: ['pull', 'catalog'] as const },
  { repositories: ['**'], who: ['user:root'], actions: everything },
]

type Entry = Record<string, unknown>
const entriesOf = (json: unknown) => (json as { entries: Entry[] }).entries

describe('what can be restored in a repository', () => {
  test('is listed with when, by whom, until when and its size; a tag that is there again is not', async () => {
    const { registry, call, ask, clock } = await trialUi({ registry: undoing, gate: gateOf(rules) })
    const { digest, size } = await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
    await pushImage(registry, 'team/app', 'a layer', { as: 'again' })
    const headers = { authorization: 'root' }
    for (const each of ['v1', 'again']) await call({ method: 'DELETE', path: `/v2/team/app/manifests/${each}`, headers })
    await pushImage(registry, 'team/app', 'a layer', { as: 'again' })
    const { json } = await ask(lost, 'root')
    expect(json).toMatchObject({ name: 'team/app', restorable: true, total: 1, cut: false })
    const removed = clock.now().toISOString()
    const until = new Date(clock.now().getTime() + 48 * hour).toISOString()
    const facts = { size: size + '{}'.length + 'a layer'.length, gone: false, taken: false }
    expect(entriesOf(json)).toEqual([{ tag: 'v1', digest, removed, until, by: 'root', ...facts }])
  })

  test('names the rule of retention that has removed it', async () => {
    const { registry, driver, ask, clock } = await trialUi()
    const { digest } = await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
    const when = { removed: clock.now().getTime(), until: clock.now().getTime() + hour }
    const record = { name: name('team/app'), tag: tag('v0'), digest, canonical: digest, reason: 'builds keeps the newest 1', ...when }
    await removedTags(driver).record({ ...record, by: undefined, whole: false }, 'x')
    expect(entriesOf((await ask(lost)).json)).toMatchObject([{ tag: 'v0', rule: 'builds keeps the newest 1' }])
    clock.move(hour)
    expect((await ask(lost)).json).toMatchObject({ total: 0, entries: [] })
  })

  test('says what comes back with what, which tags were pushed anew, and what is gone', async () => {
    const { registry, driver, ask } = await trialUi({ registry: undoing })
    const app = name('team/app')
    const child = await pushImage(registry, 'team/app', 'a platform')
    const parent = await pushManifest(registry, 'team/app', index([descriptorOf(child)]), { as: 'multi' })
    const config = await pushBlob(registry, 'team/app', '{}')
    const bill = await pushManifest(registry, 'team/app', image({ config, subject: descriptorOf(parent) }))
    const old = await pushImage(registry, 'team/app', 'old', { as: 'v1' })
    const away = await pushImage(registry, 'team/app', 'away', { as: 'v2' })
    for (const { digest } of [parent, child, bill, old, away]) await registry.manifests.delete(app, { digest })
    await pushImage(registry, 'team/app', 'new', { as: 'v1' })
    await driver.delete([blobDataPath(away.digest)])
    const found = new Map(entriesOf((await ask(lost)).json).map(each => [each.digest, each]))
    expect(found.get(child.digest)).toMatchObject({ partOf: parent.digest, gone: false })
    expect(found.get(bill.digest)).toMatchObject({ partOf: parent.digest })
    expect(found.get(parent.digest)).toMatchObject({ tag: 'multi', taken: false })
    expect(found.get(parent.digest)).not.toHaveProperty('size')
    expect(found.get(old.digest)).toMatchObject({ tag: 'v1', taken: true })
    expect(found.get(away.digest)).toMatchObject({ tag: 'v2', gone: true })
  })

  test('is shown to those who may pull, and by whom it was deleted to those who may bring it back', async () => {
    const { registry, call, ask } = await trialUi({ registry: undoing, gate: gateOf(rules) })
    await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
    await registry.repositories.delete(name('team/app'), { by: 'root' })
    expectAnswer(await call({ path: lost }), { status: 401, code: 'UNAUTHORIZED' })
    const { json } = await ask(lost, 'ann')
    expect(json).toMatchObject({ restorable: false, repository: { tags: 1, manifests: 1 }, entries: [{ tag: 'v1' }] })
    expect(JSON.stringify(json)).not.toContain('root')
    expect((await ask(lost, 'root')).json).toMatchObject({ restorable: true, repository: { by: 'root' }, entries: [{ by: 'root' }] })
  })

  test('comes with a page of fifty at most, and few requests, however much was removed', async () => {
    const { registry, driver, ask, clock } = await trialUi()
    const { digest } = await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
    const when = { removed: clock.now().getTime(), until: clock.now().getTime() + hour }
    const record = { name: name('team/app'), digest, canonical: digest, reason: 'x', by: undefined, whole: false, ...when }
    for (let number = 0; number < 30_000; number += 1)
      await removedTags(driver).record({ ...record, tag: tag(`t${number}`) }, String(number))
    driver.cost()
    const { json } = await ask(`${lost}?n=50`)
    expect(json).toMatchObject({ total: 25_000, cut: true })
    expect(entriesOf(json)).toHaveLength(50)
    // The lists of what was removed, and that of tags; the records, and the one manifest that all of them are.
    expect(driver.cost()).toEqual({ list: 26, read: 50 + 1 })
    expect(entriesOf((await ask(`${lost}?n=50&from=50`)).json)).toHaveLength(50)
    expect(driver.cost()).toEqual({ read: 50 })
    expect((await ask(`${lost}?n=51`)).status).toBe(400)
  })
})

describe('a repository that was deleted as a whole', () => {
  const served = async () => {
    const opened = await trialUi({ registry: undoing, gate: gateOf(rules) })
    for (const each of ['team/app', 'secret/app']) {
      await pushImage(opened.registry, each, `a layer of ${each}`, { as: 'v1' })
      await pushImage(opened.registry, each, `another of ${each}`, { as: 'v2' })
    }
    const remove = (each: string) =>
      opened.call({ method: 'DELETE', path: `/v2/${each}/_bucket-registry/ui/repository`, headers: { authorization: 'root' } })
    return { ...opened, remove }
  }

  test('is listed to those who may see it', async () => {
    const { ask, call, remove } = await served()
    expect((await ask(deleted, 'root')).json).toMatchObject({ total: 0, entries: [] })
    for (const each of ['team/app', 'secret/app']) expectAnswer(await remove(each), { status: 202 })
    const all = entriesOf((await ask(deleted, 'root')).json)
    expect(all.map(each => each.name).toSorted()).toEqual(['secret/app', 'team/app'])
    expect(all[0]).toMatchObject({ restorable: true, tags: 2, manifests: 2, by: 'root' })
    const { json } = await ask(deleted, 'ann')
    expect(json).toMatchObject({ total: 1, entries: [{ name: 'team/app', restorable: false }] })
    expect(JSON.stringify(json)).not.toMatch(/root|secret/)
    expectAnswer(await call({ path: deleted }), { status: 401, code: 'UNAUTHORIZED' })
  })

  test('is restored by one request of those who may push and delete there, and told of as pushed', async () => {
    const { ask, call, remove, registry } = await served()
    await remove('team/app')
    const request = { method: 'POST', path: lost }
    expectAnswer(await call({ ...request, headers: { authorization: 'ann' } }), { status: 403, code: 'DENIED' })
    const answer = await call({ ...request, headers: { authorization: 'root' } })
    expect(JSON.parse(answer.body.toString())).toEqual({ name: 'team/app', tags: 2, manifests: 2, notRestored: 0, failed: [] })
    expect(await Array.fromAsync(registry.tags.list(name('team/app'), ''))).toEqual(['v1', 'v2'])
    expect((await ask(deleted, 'root')).json).toMatchObject({ total: 0 })
    expect((await ask(lost, 'root')).json).toMatchObject({ total: 0 })
    expect((await ask('/v2/_bucket-registry/ui/storage', 'root')).json).toMatchObject({
      recent: expect.arrayContaining([expect.objectContaining({ action: 'push', name: 'team/app', reference: 'v2', by: 'root' })]),
    })
    expectAnswer(await call({ ...request, headers: { authorization: 'root' } }), { status: 404, code: 'NAME_UNKNOWN' })
  })

  test('costs a few lists, and a read for each that is shown, however many there are', async () => {
    const { driver, clock, ask, registry } = await trialUi()
    const { digest } = await pushImage(registry, 'a', 'a layer')
    const when = { removed: clock.now().getTime(), until: clock.now().getTime() + hour }
    const record = { tag: tag('v1'), digest, canonical: digest, reason: 'x', by: undefined, ...when }
    for (let number = 0; number < 3000; number += 1)
      await removedTags(driver).record({ ...record, name: name(`team/app-${number}`), whole: number % 2 === 0 }, String(number))
    driver.cost()
    const { json } = await ask(`${deleted}?n=100&from=100`)
    expect(json).toMatchObject({ total: 1500, cut: false })
    expect(entriesOf(json)).toHaveLength(100)
    expect(driver.cost()).toEqual({ list: 3, read: 100 })
    await ask(`${deleted}?n=100&from=200`)
    expect(driver.cost()).toEqual({ read: 100 })
  })
})

test('nothing is restored where nothing is to be written', async () => {
  const { registry, call, ask } = await trialUi({ registry: undoing, settings: { readOnly: true } })
  await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
  await registry.repositories.delete(name('team/app'))
  expect((await ask(lost)).json).toMatchObject({ restorable: false, total: 1 })
  for (const path of [lost, `${lost}/v1`]) expectAnswer(await call({ method: 'POST', path }), { status: 405, code: 'UNSUPPORTED' })
})

test('where clients may not delete, what retention has removed is restored all the same', async () => {
  const { registry, call } = await trialUi({ registry: undoing, settings: { deleteEnabled: false } })
  await pushImage(registry, 'team/app', 'a layer', { as: 'v1' })
  await registry.manifests.delete(name('team/app'), { tag: tag('v1') })
  expectAnswer(await call({ method: 'POST', path: `${lost}/v1` }), { status: 200 })
})
