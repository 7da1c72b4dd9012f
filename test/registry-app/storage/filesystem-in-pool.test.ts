import { vi } from 'vitest'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { storageContract } from './contract.ts'

// As on a slow file system: every call goes through the thread pool, and so between any two of them another's may come.
vi.mock('../../../registry-app/src/storage/filesystem/at-once.ts', () => ({ atOnce: (_: unknown, pooled: unknown) => pooled }))
// What is made durable cannot be seen without a crash; to wait for the disk a second time shows nothing new.
vi.mock(import('../../../registry-app/src/storage/filesystem/calls.ts'), async original => ({
  ...(await original()),
  fsync: async () => {},
}))

storageContract('filesystem, through the thread pool,', async () => driverOver(await temporaryFolder()))
