import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { blobOf } from './image.ts'
import { waysToPush } from './push-blob.ts'
import { getBlob } from './survivors.ts'

const MiB = 2 ** 20
const disk = await smallDisk()

suite('a disk that is full', [disk], () => {
  let server: RegistryServer
  const data = join(disk.path, 'data')
  const repository = () => new URL('/v2/full/', server.url)

  beforeAll(async () => {
    const storage = { filesystem: { rootdirectory: data } }
    server = await startServer({ folder: await temporaryFolder(), config: { storage } })
    atTheEnd(() => server.stop())
  })

  it.each(waysToPush)('is what a push is told that does not fit (%s), and no file is left half written', async (_, push) => {
    await expect(push(repository(), blobOf(randomBytes(16 * MiB)))).rejects.toThrow(
      /: 507 \{"errors":\[\{"code":"UNAVAILABLE","message":"the storage is full"\}\]\}$/,
    )
    expect(await readdir(join(data, '.incoming'))).toEqual([])
    expect(server.log()).toContain('ENOSPC')
  })

  it.each(waysToPush)('takes what does fit (%s)', async (_, push) => {
    const blob = blobOf(randomBytes(MiB / 2))
    await push(repository(), blob)
    expect((await getBlob(server.url, 'full', blob.digest))?.equals(blob.content)).toBe(true)
  })
})

/** One of 8 MiB, in memory. */
async function smallDisk() {
  const path = await temporaryFolder()
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path])
  } catch {
    return { path, missing: 'a small disk cannot be mounted, which takes root' }
  }
  atTheEnd(() => run('umount', [path]))
  return { path }
}
