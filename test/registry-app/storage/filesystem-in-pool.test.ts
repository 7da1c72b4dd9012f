import { expect, test, vi } from 'vitest'
import { bytes } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { storageContract } from './contract.ts'

const calls = vi.hoisted(() => ({ pooled: 0, synced: 0 }))

// As on a slow file system: every call goes through the thread pool, and so between any two of them another's may come.
vi.mock('../../../registry-app/src/storage/filesystem/at-once.ts', () => ({
  atOnce: (_: unknown, pooled: unknown) => {
    calls.pooled += 1
    return pooled
  },
}))
// What is made durable cannot be seen without a crash; to wait for the disk a second time shows nothing new.
vi.mock(import('../../../registry-app/src/storage/filesystem/calls.ts'), async original => ({
  ...(await original()),
  fsync: async () => {
    calls.synced += 1
  },
}))

test('the driver goes through what stands in place of its modules, though another file may have loaded them before', async () => {
  await driverOver(await temporaryFolder()).put('a', bytes('x'))
  expect(calls.pooled).toBeGreaterThan(0)
  expect(calls.synced).toBeGreaterThan(0)
})

// A thousand files, each made durable, would show no more than a hundred, and take half a minute where others wait for the disk.
const pageSize = 100
storageContract('filesystem, through the thread pool,', async () => driverOver(await temporaryFolder(), undefined, pageSize), { pageSize })
