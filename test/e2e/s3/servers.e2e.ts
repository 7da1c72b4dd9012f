import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { createBucket } from '../../support/create-bucket.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startVersity, versity } from '../support/versity.ts'

suite('MinIO', [minio], () => {
  it('serves on a port of its own, with buckets that are made for a test', async () => {
    const server = await startMinio()
    await server.createBucket('images')
    expect(await readdir(server.folder)).toContain('images')
    await server.stop()
    await expect(fetch(server.endpoint)).rejects.toThrow()
  })

  it('insists on its region when told to', async () => {
    const server = await startMinio({ region: 'east-1', strictRegion: true })
    await server.createBucket('images')
    await expect(createBucket({ ...server, region: 'east-2' }, 'others')).rejects.toThrow('AuthorizationHeaderMalformed')
  })
})

suite('Versity’s gateway', [versity], () => {
  it('serves on a port of its own, with buckets that are made for a test', async () => {
    const server = await startVersity({ region: 'east-1' })
    await server.createBucket('images')
    expect(await readdir(server.folder)).toContain('images')
    await server.stop()
    await expect(fetch(server.endpoint)).rejects.toThrow()
  })
})
