import { describe, expect, test } from 'vitest'
import { storedUsers } from '../../../registry-app/src/auth/stored-users.ts'
import { deleteUser, isStorableName, userKeys, writeUser } from '../../../registry-app/src/auth/user-objects.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { failingStore } from '../support/failing-store.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { remoteStore } from '../support/remote-store.ts'
import { hashFor } from './support/checks.ts'

function known(store: StorageDriver) {
  const failing = failingStore(store, () => new Error('the store is away'))
  let [away, time] = [false, 0]
  const driver: StorageDriver = {
    ...store,
    list: (...given) => (away ? failing : store).list(...given),
    read: (...given) => (away ? failing : store).read(...given),
  }
  const warnings: string[] = []
  const users = storedUsers({ driver, warn: message => warnings.push(message), clock: () => time })
  return {
    users,
    warnings,
    later: async () => {
      time += 26_000
      await users.fresh()
    },
    goAway: (gone: boolean) => {
      away = gone
    },
  }
}

const prefix = 'docker/registry/v2/_registry/users/'

describe('users in the storage', () => {
  test.each([
    ['a bucket', async () => remoteStore()],
    ['a folder', async () => driverOver(await temporaryFolder())],
  ])('are known, changed and forgotten, in %s', async (_, open) => {
    const store = await open()
    const { users, later } = known(store)
    await users.fresh()
    expect(users.count()).toBe(0)
    expect(await writeUser(store, 'alice', hashFor('a'), '1')).toBe(false)
    await later()
    expect(users.find('alice')).toBe(hashFor('a'))
    expect(await writeUser(store, 'alice', hashFor('b'), '2')).toBe(true)
    await later()
    expect(users.find('alice')).toBe(hashFor('b'))
    expect(await deleteUser(store, 'alice')).toBe(true)
    await later()
    expect(users.find('alice')).toBeUndefined()
    expect(await deleteUser(store, 'alice')).toBe(false)
  })

  test('cost one list, and a read of each that is new', async () => {
    const store = remoteStore()
    for (const name of ['alice', 'bob']) await writeUser(store, name, hashFor(name), '1')
    const { users, later } = known(store)
    store.asked()
    await users.fresh()
    expect(store.asked()).toEqual([`list ${prefix}`, `read ${prefix}alice/1`, `read ${prefix}bob/1`])
    await later()
    expect(store.asked()).toEqual([`list ${prefix}`])
    await writeUser(store, 'alice', hashFor('new'), '2')
    store.asked()
    await later()
    expect(store.asked()).toEqual([`list ${prefix}`, `read ${prefix}alice/2`])
  })

  test('stay what they were while the storage is away, which is said once', async () => {
    const store = remoteStore()
    await writeUser(store, 'alice', hashFor('a'), '1')
    const { users, later, goAway, warnings } = known(store)
    await users.fresh()
    goAway(true)
    await later()
    await later()
    expect(users.find('alice')).toBe(hashFor('a'))
    expect(warnings).toEqual(['the users in the storage cannot be read; those who were known stay'])
  })

  test('are no reason to turn somebody away before anything is known: that is 503', async () => {
    const { users, goAway } = known(remoteStore())
    goAway(true)
    await expect(users.fresh()).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503 })
    goAway(false)
    await users.fresh()
    expect(users.count()).toBe(0)
  })

  test('of two objects of a name the later counts, as long as both are there', async () => {
    const store = remoteStore()
    await writeUser({ ...store, delete: async () => {} }, 'alice', hashFor('a'), '1')
    await writeUser({ ...store, delete: async () => {} }, 'alice', hashFor('b'), '2')
    const { users } = known(store)
    await users.fresh()
    expect(users.find('alice')).toBe(hashFor('b'))
    await deleteUser(store, 'alice')
    expect(await userKeys(store)).toEqual(new Map())
  })

  test.each([
    ['of a later release', JSON.stringify({ format: 2, argon2: 'x' })],
    ['that is no JSON', 'x'],
    ['that is a number', '1'],
    ['with another kind of hash', JSON.stringify({ format: 1, bcrypt: '{SHA}x' })],
  ])('an object %s lets nobody in, and is said once; the others count', async (_, content) => {
    const store = remoteStore()
    await writeUser(store, 'bob', hashFor('b'), '1')
    await store.put(`${prefix}alice/1`, Buffer.from(content))
    const { users, later, warnings } = known(store)
    await users.fresh()
    await later()
    expect([users.find('alice'), users.find('bob')]).toEqual([undefined, hashFor('b')])
    expect(warnings).toEqual([`${prefix}alice/1 is no user that this release can read; kit user add writes it anew`])
  })

  test('one whose object is gone between the list and the look is no complaint, and found under its new one', async () => {
    const store = remoteStore()
    await writeUser(store, 'alice', hashFor('a'), '1')
    let meanwhile = async () => void (await writeUser(store, 'alice', hashFor('b'), '2'))
    const read: StorageDriver['read'] = async (...given) => {
      await meanwhile()
      meanwhile = async () => {}
      return store.read(...given)
    }
    const { users, later, warnings } = known({ ...store, read })
    await users.fresh()
    expect([users.find('alice'), warnings]).toEqual([undefined, []])
    await later()
    expect(users.find('alice')).toBe(hashFor('b'))
  })

  test('what else lies there is passed over', async () => {
    const store = remoteStore()
    for (const key of ['stray', '.hidden/1', 'a b/1']) await store.put(prefix + key, Buffer.from('{}'))
    const { users, warnings } = known(store)
    await users.fresh()
    expect([users.count(), warnings]).toEqual([0, []])
  })
})

test.each([
  ['alice', true],
  ['ci-bot+1@example.com', true],
  ['', false],
  ['.', false],
  ['..', false],
  ['a/b', false],
  ['a b', false],
  ['a:b', false],
  ['ä', false],
  ['a'.repeat(129), false],
])('the name %j can be stored: %s', (name, storable) => {
  expect(isStorableName(name)).toBe(storable)
})
