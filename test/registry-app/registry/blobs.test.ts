import { describe, expect, test } from 'vitest'
import { blobDataPath, layerLinkPath } from '../../../registry-app/src/registry/paths.ts'
import { bytes, sha256, sha512 } from '../support/bytes.ts'
import { name, pushBlob } from '../support/images.ts'
import { trial } from '../support/registry.ts'
import { blobBytes, body } from '../support/uploads.ts'

const [a, b] = [name('a'), name('b')]
const text = 'a layer'

describe('a repository', () => {
  test('serves a blob that was pushed to it', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    expect(await blobBytes(registry, 'a', sha256(text))).toEqual(Buffer.from(text))
  })

  test.each(['b', 'a/b', 'a-b', 'b/a'])('never serves a blob that only another one holds: %s', async other => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    expect(await registry.blobs.stat(name(other), sha256(text))).toBeUndefined()
    expect(await registry.blobs.open(name(other), sha256(text))).toBeUndefined()
    expect(await registry.blobs.unlink(name(other), sha256(text))).toBe(false)
  })

  test('serves a range of a blob', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    const blob = await registry.blobs.open(a, sha256(text), { range: { first: 2, last: 4 } })
    expect(Buffer.concat(await Array.fromAsync(blob?.body ?? [])).toString()).toBe('lay')
  })

  test('serves a blob no longer once it is deleted there, and others still do', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    await pushBlob(registry, 'b', text)
    expect(await registry.blobs.unlink(a, sha256(text))).toBe(true)
    expect(await registry.blobs.stat(a, sha256(text))).toBeUndefined()
    expect(await registry.blobs.unlink(a, sha256(text))).toBe(false)
    expect(await blobBytes(registry, 'b', sha256(text))).toEqual(Buffer.from(text))
  })

  test('has no blob whose data is gone, though its link is there', async () => {
    const { registry, driver } = trial()
    await pushBlob(registry, 'a', text)
    await driver.delete([blobDataPath(sha256(text))])
    expect(await registry.blobs.stat(a, sha256(text))).toBeUndefined()
    expect(await registry.blobs.open(a, sha256(text))).toBeUndefined()
  })

  test.each(['', 'garbage', sha256('x').toUpperCase(), `${sha256('x')}0`, '../../x'])(
    'says of a link that holds %o that it is damaged, not that it is absent',
    async damage => {
      const { registry, driver, another } = trial()
      await pushBlob(registry, 'a', text)
      await driver.put(layerLinkPath(a, sha256(text)), bytes(damage))
      await expect(another().blobs.stat(a, sha256(text))).rejects.toThrow('holds no digest')
      await expect(another().blobs.open(a, sha256(text))).rejects.toThrow('holds no digest')
    },
  )

  test('refuses a link of a megabyte', async () => {
    const { registry, driver } = trial()
    await driver.put(layerLinkPath(a, sha256(text)), Buffer.alloc(1_000_000, 'x'))
    await expect(registry.blobs.stat(a, sha256(text))).rejects.toThrow(RangeError)
  })

  test('takes a link with a newline at its end for what it says', async () => {
    const { registry, driver, another } = trial()
    await pushBlob(registry, 'a', text)
    await driver.put(layerLinkPath(a, sha256(text)), bytes(`${sha256(text)}\n`))
    expect(await blobBytes(another(), 'a', sha256(text))).toEqual(Buffer.from(text))
  })
})

describe('a mount', () => {
  test('lets a repository serve what another serves', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    expect(await registry.blobs.mount(b, sha256(text), a)).toEqual({ size: text.length })
    expect(await blobBytes(registry, 'b', sha256(text))).toEqual(Buffer.from(text))
  })

  test('from a repository that does not serve it does nothing, though the bucket holds the blob', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    expect(await registry.blobs.mount(b, sha256(text), name('c'))).toBeUndefined()
    expect(await registry.blobs.stat(b, sha256(text))).toBeUndefined()
  })

  test('from a repository where it was deleted does nothing', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    await registry.blobs.unlink(a, sha256(text))
    expect(await registry.blobs.mount(b, sha256(text), a)).toBeUndefined()
  })

  test('without from takes it from anywhere', async () => {
    const { registry } = trial()
    await pushBlob(registry, 'a', text)
    expect(await registry.blobs.mount(b, sha256(text), undefined)).toBeDefined()
    expect(await blobBytes(registry, 'b', sha256(text))).toEqual(Buffer.from(text))
  })

  test.each([sha256, sha512])('of what is nowhere does nothing', async digestOf => {
    const { registry } = trial()
    expect(await registry.blobs.mount(b, digestOf('nowhere'), undefined)).toBeUndefined()
    expect(await registry.blobs.mount(b, digestOf('nowhere'), a)).toBeUndefined()
  })

  test('of a link whose data is gone does nothing', async () => {
    const { registry, driver } = trial()
    await pushBlob(registry, 'a', text)
    await driver.delete([blobDataPath(sha256(text))])
    expect(await registry.blobs.mount(b, sha256(text), a)).toBeUndefined()
    expect(await registry.blobs.mount(b, sha256(text), undefined)).toBeUndefined()
    expect(await registry.blobs.stat(b, sha256(text))).toBeUndefined()
  })
})

describe('a blob that was pushed under sha512', () => {
  const pushed = async () => {
    const opened = trial()
    await opened.registry.uploads.store(a, sha512(text), body(bytes(text)))
    return opened
  }

  test('lies once, under its sha256', async () => {
    const { driver } = await pushed()
    expect(await driver.stat(blobDataPath(sha256(text)))).toMatchObject({ size: text.length })
    expect(await driver.stat(blobDataPath(sha512(text)))).toBeUndefined()
  })

  test.each([
    ['from its repository', a],
    ['without from', undefined],
  ])('is mounted under both digests, %s', async (_, from) => {
    const { registry } = await pushed()
    expect(await registry.blobs.mount(b, sha512(text), from)).toBeDefined()
    expect(await blobBytes(registry, 'b', sha512(text))).toEqual(Buffer.from(text))
    expect(await blobBytes(registry, 'b', sha256(text))).toEqual(Buffer.from(text))
  })

  test('is deleted under the name that was asked for, and stays under the other', async () => {
    const { registry } = await pushed()
    expect(await registry.blobs.unlink(a, sha512(text))).toBe(true)
    expect(await registry.blobs.stat(a, sha512(text))).toBeUndefined()
    expect(await blobBytes(registry, 'a', sha256(text))).toEqual(Buffer.from(text))
  })

  test('is not under sha512 in a repository where it was pushed under sha256 alone', async () => {
    const { registry } = await pushed()
    await pushBlob(registry, 'b', text)
    expect(await registry.blobs.stat(b, sha512(text))).toBeUndefined()
  })
})
