import { expect, test } from 'vitest'
import { sharedSecret } from '../../../registry-app/src/registry/secret.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { keysUnder } from '../support/bytes.ts'
import { counter } from '../support/counter.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'

const memory = () => memoryDriver({ now: () => new Date(0) })

test('a secret is made once, and found again', async () => {
  const driver = memory()
  const made = await sharedSecret(driver, () => 'the first')
  expect(made).toBe('the first')
  expect(await sharedSecret(driver, () => expect.unreachable())).toBe('the first')
  expect(await keysUnder(driver, '')).toEqual(['docker/registry/v2/_registry/http-secret'])
})

test('many processes that start at once over one folder agree', async () => {
  const folder = await temporaryFolder()
  const random = counter('secret')
  const secrets = await Promise.all(Array.from({ length: 20 }, () => sharedSecret(driverOver(folder), random)))
  expect(new Set(secrets).size).toBe(1)
  expect(await sharedSecret(driverOver(folder), random)).toBe(secrets[0])
})

test('where the store has no conditional writes it is made all the same', async () => {
  const { putIfAbsent: _, ...driver } = memory()
  expect(await sharedSecret(driver, () => 'the first')).toBe('the first')
  expect(await sharedSecret(driver, () => 'the second')).toBe('the first')
})

test('a store that loses what was written is not served without a secret', async () => {
  const driver = { ...memory(), putIfAbsent: async () => true }
  await expect(sharedSecret(driver, () => 'lost')).rejects.toThrow('cannot be read')
})

test('where nothing may be written, one that is there is found, and another is not kept', async () => {
  const driver = memory()
  expect(await sharedSecret(driver, () => 'for now', true)).toBe('for now')
  expect(await keysUnder(driver, '')).toEqual([])
  await sharedSecret(driver, () => 'the first')
  expect(await sharedSecret(driver, () => expect.unreachable(), true)).toBe('the first')
})
