import { expect, test } from 'vitest'
import { tokenKeysPath } from '../../../../registry-app/src/registry/paths.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'
import { standingClock } from '../../support/registry.ts'
import { day, minute, replica } from './support/office.ts'

const scopes = ['repository:team/app:pull']
const alice = { basic: Buffer.from('alice:wonder').toString('base64') }
const wanted = { proof: alice, scopes, offline: true, address: undefined }

async function keysIn(driver: StorageDriver): Promise<string[]> {
  const found: string[] = []
  for await (const { objects } of driver.list(tokenKeysPath)) found.push(...objects.map(({ key }) => key))
  return found
}

function replicas(...names: string[]) {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  return { clock, driver, all: names.map(name => replica({ clock, driver, name })) }
}

test('a key is made once, and the tokens of one replica are good at all', async () => {
  const { driver, all } = replicas('one', 'two')
  const [one, two] = all as [ReturnType<typeof replica>, ReturnType<typeof replica>]
  const { token } = await one.office.issue(wanted)
  expect((await two.admit(token)).name).toBe('alice')
  expect(await keysIn(driver)).toHaveLength(1)
})

test('replicas that make one at the same time take each other’s tokens', async () => {
  const { all } = replicas('one', 'two', 'three')
  const issued = await Promise.all(all.map(({ office }) => office.issue(wanted)))
  for (const { admit } of all) for (const { token } of issued) expect((await admit(token)).name).toBe('alice')
})

test('a successor is known to all before it signs, and nobody is logged out', async () => {
  const { clock, driver, all } = replicas('one', 'two')
  const [one, two] = all as [ReturnType<typeof replica>, ReturnType<typeof replica>]
  const { refreshToken = '' } = await one.office.issue(wanted)
  const first = one.keys.current().id
  await two.office.issue(wanted)

  clock.move(90 * day + minute)
  await one.office.issue(wanted)
  const [, successor = ''] = (await keysIn(driver)).map(key => key.slice(tokenKeysPath.length))
  expect([one.keys.current().id, successor]).toEqual([first, expect.stringMatching(/^\d{15}-/)])

  clock.move(16 * minute)
  await two.office.issue(wanted)
  const { token } = await one.office.issue(wanted)
  expect(one.keys.current().id).toBe(successor)
  expect((await two.admit(token)).name).toBe('alice')
  expect((await two.office.issue({ ...wanted, proof: { refresh: refreshToken } })).token).toBeDefined()
})

test('an old key stays as long as what it has signed, and no longer', async () => {
  const { clock, driver, office } = replica()
  const { refreshToken = '' } = await office.issue(wanted)
  for (let month = 1; month <= 12; month += 1) {
    clock.move(30 * day)
    await office.issue({ ...wanted, proof: { refresh: refreshToken } })
  }
  const [oldest] = await keysIn(driver)
  clock.move(130 * day)
  await office.issue(wanted)
  const left = await keysIn(driver)
  expect(left).not.toContain(oldest)
  expect(left.length).toBeLessThanOrEqual(6)
})

test('private halves are sealed where there is a secret', async () => {
  const { driver, office } = replica()
  await office.issue(wanted)
  const [key = ''] = await keysIn(driver)
  expect(Buffer.from((await driver.read(key, { limit: 1e5 })) ?? []).toString()).toMatch(/^\{"format":1,"key":"sealed-1:[^"]+"\}$/)
})

test('with another secret a new key is made, which is said, and old tokens are refused', async () => {
  const before = replica()
  const { token } = await before.office.issue(wanted)
  const after = replica({ ...before, secret: 'another', name: 'after' })
  await expect(after.admit(token)).rejects.toMatchObject({ status: 401 })
  expect((await after.admit((await after.office.issue(wanted)).token)).name).toBe('alice')
  expect(after.warnings.join()).toContain('was sealed with another http.secret')
})

test('where nothing may be written, a key of this process does, and what is there is used', async () => {
  const alone = replica({ readOnly: true })
  expect((await alone.admit((await alone.office.issue(wanted)).token)).name).toBe('alice')
  expect(await keysIn(alone.driver)).toEqual([])
  const writing = replica()
  const { token } = await writing.office.issue(wanted)
  expect((await replica({ ...writing, readOnly: true }).admit(token)).name).toBe('alice')
})

test('while the storage is away, what is known goes on, and where nothing is known that is said', async () => {
  const clock = standingClock()
  const driver = memoryDriver(clock)
  let away = false
  const shaky: StorageDriver = {
    ...driver,
    async *list(...all) {
      if (away) throw new Error('connect ECONNREFUSED')
      yield* driver.list(...all)
    },
  }
  const one = replica({ clock, driver: shaky })
  await one.office.issue(wanted)
  away = true
  clock.move(5.5 * minute)
  const { token } = await one.office.issue(wanted)
  expect((await one.admit(token)).name).toBe('alice')
  await expect(replica({ clock, driver: shaky }).office.issue(wanted)).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
})
