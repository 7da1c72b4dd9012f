import { randomInt } from 'node:crypto'
import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { seededRandom } from '../../support/seeded-random.ts'
import { type RegistryServer, startServer } from '../support/registry-server.ts'
import { slowUpload } from '../support/slow-upload.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { crashingServer } from './crashing-server.ts'
import { type Image, randomImage } from './image.ts'
import { type Acknowledged, pushImages } from './push-images.ts'
import { defects, getBlob, isThere } from './survivors.ts'

const seed = Number(process.env.CRASH_SEED ?? randomInt(2 ** 31))

describe(`50 pushes to a registry that is killed at random moments (CRASH_SEED=${seed})`, () => {
  let folder: string
  let images: Image[]
  let acknowledged: Acknowledged
  let kills: number
  let server: RegistryServer

  beforeAll(async () => {
    folder = await temporaryFolder()
    const random = seededRandom(seed)
    images = Array.from({ length: 50 }, (_, number) => randomImage(random, `crash/${number % 7}`, `v${number}`))
    const crashing = await crashingServer(folder, random, 350)
    acknowledged = await pushImages(crashing.url, images).finally(crashing.end)
    kills = crashing.kills
    console.error(`${kills} kills, ${acknowledged.interruptions} interruptions, ${acknowledged.images.length} of 50 images acknowledged`)
    server = await startServer({ folder })
  })

  afterAll(async () => void (await server?.stop()))

  it('was killed often enough to tell, and acknowledged pushes all the same', () => {
    expect(kills).toBeGreaterThan(5)
    expect(acknowledged.interruptions).toBeGreaterThan(10)
    expect(acknowledged.images.length).toBeGreaterThan(10)
  })

  it('gives back every image that it acknowledged, byte for byte', async () => {
    for (const image of acknowledged.images) {
      expect(await isThere(server.url, image), `${image.repository}:${image.tag}`).toBe(true)
      expect(await defects(server.url, image)).toEqual([])
    }
  })

  it('gives back every blob that it acknowledged, of images that it did not as well', async () => {
    for (const { repository, blob } of acknowledged.blobs) {
      const bytes = await getBlob(server.url, repository, blob.digest)
      expect(bytes?.equals(blob.content), `${repository}@${blob.digest}`).toBe(true)
    }
  })

  it('answers for no manifest whose blobs are missing', async () => {
    for (const image of images) expect(await defects(server.url, image)).toEqual([])
  })

  it('lists every tag that it acknowledged, and otherwise at most those whose push was cut short', async () => {
    for (const repository of new Set(acknowledged.images.map(image => image.repository))) {
      const own = (list: Image[]) => list.filter(image => image.repository === repository).map(image => image.tag)
      const { tags } = (await (await fetch(`${server.url}/v2/${repository}/tags/list`)).json()) as { tags: string[] }
      expect(tags).toEqual(expect.arrayContaining(own(acknowledged.images)))
      expect(own(images)).toEqual(expect.arrayContaining(tags))
    }
  })

  it('sweeps away what the killed left behind, and nothing else', async () => {
    await slowUpload(server.url, 'crash/left')
    await server.kill()
    expect(await leftovers()).not.toEqual([])

    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000)
    for (const file of await leftovers()) await utimes(file, yesterday, yesterday)
    const uploadpurging = { enabled: true, age: '1h', interval: '1s' }
    const storage = { filesystem: { rootdirectory: join(folder, 'data') }, maintenance: { uploadpurging } }
    server = await startServer({ folder, config: { storage } })
    await vi.waitFor(async () => expect(await leftovers()).toEqual([]), { timeout: 10_000, interval: 200 })

    for (const image of acknowledged.images) expect(await defects(server.url, image)).toEqual([])
    expect(await Promise.all(acknowledged.images.map(image => isThere(server.url, image)))).not.toContain(false)
  })

  /** The files of writes and of uploads that have not ended. */
  async function leftovers(): Promise<string[]> {
    const entries = await readdir(join(folder, 'data'), { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
    return files.filter(path => /\/(?:\.incoming|_uploads)\//.test(path))
  }
})
