import { expect, test } from 'vitest'
import type { Credentials } from '../../../registry-app/src/s3/credentials.ts'
import { refreshedCredentials } from '../../../registry-app/src/s3/refreshed-credentials.ts'

const minute = 60_000

/** Credentials that are good for an hour from when they were loaded, named by a number. */
function source() {
  let time = 0
  let loads = 0
  let broken = false
  const load = async (): Promise<Credentials> => {
    loads += 1
    if (broken) throw new Error('nothing to be had')
    return { accessKeyId: `key ${loads}`, secretAccessKey: 's', expiration: new Date(time + 60 * minute) }
  }
  const credentials = refreshedCredentials(load, () => new Date(time))
  return {
    key: async () => (await credentials()).accessKeyId,
    at: (minutes: number) => {
      time = minutes * minute
    },
    break: (now: boolean) => {
      broken = now
    },
    loads: () => loads,
  }
}

test('are loaded once for all who ask together, and kept', async () => {
  const { key, loads, at } = source()
  expect(await Promise.all([key(), key(), key()])).toEqual(['key 1', 'key 1', 'key 1'])
  at(54)
  expect(await key()).toBe('key 1')
  expect(loads()).toBe(1)
})

test('are renewed behind the back of who asks, five minutes before they end', async () => {
  const { key, at } = source()
  await key()
  at(56)
  expect(await key()).toBe('key 1')
  expect(await key()).toBe('key 2')
})

test('go on while they cannot be renewed, which is tried every half minute', async () => {
  const { key, at, loads, ...renewal } = source()
  await key()
  renewal.break(true)
  at(56)
  for (let index = 0; index < 10; index++) expect(await key()).toBe('key 1')
  expect(loads()).toBe(2)
  at(57)
  await key()
  expect(loads()).toBe(3)
})

test('that have ended are never given, but waited for', async () => {
  const { key, at, ...renewal } = source()
  await key()
  at(60)
  expect(await key()).toBe('key 2')
  at(120)
  renewal.break(true)
  await expect(key()).rejects.toThrow('nothing to be had')
  renewal.break(false)
  expect(await key()).toBe('key 4')
})

test('that do not end are never loaded again', async () => {
  let loads = 0
  const load = async () => ({ accessKeyId: `key ${++loads}`, secretAccessKey: 's' })
  const credentials = refreshedCredentials(load, () => new Date(loads * 1e12))
  await credentials()
  expect((await credentials()).accessKeyId).toBe('key 1')
})
