import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bytes, bytesAt, content, gather, KiB, keysUnder, listed, MiB, pieces } from '../../support/bytes.ts'
import { driverOver, temporaryFolder } from '../../support/folder.ts'

/** The files below a folder, by their paths in it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

describe('on disk', () => {
  test('a key is a path below the root, and an object is a file with exactly its bytes', async () => {
    const folder = await temporaryFolder()
    const driver = driverOver(folder)
    await driver.put('docker/registry/v2/x/link', bytes('sha256:abc'))
    await driver.store(pieces(content(MiB)), 'docker/registry/v2/y/data')
    expect(await filesIn(folder)).toEqual(['docker/registry/v2/x/link', 'docker/registry/v2/y/data'])
    expect(await readFile(join(folder, 'docker/registry/v2/x/link'), 'latin1')).toBe('sha256:abc')
    expect(content(MiB).equals(await readFile(join(folder, 'docker/registry/v2/y/data')))).toBe(true)
  })

  test('a listing comes in pages', async () => {
    const driver = driverOver(await temporaryFolder(), undefined, 2)
    for (const key of ['a/1', 'a/2', 'b/1', 'b/2', 'c']) await driver.put(key, bytes('x'))
    const pages = await Array.fromAsync(driver.list(''), ({ objects }) => objects.map(({ key }) => key))
    expect(pages).toEqual([['a/1', 'a/2'], ['b/1', 'b/2'], ['c']])
  })

  test('a key with a component longer than a file name may be is not there', async () => {
    const driver = driverOver(await temporaryFolder())
    const tooLong = `a/${'x'.repeat(256)}`
    expect(await driver.stat(tooLong)).toBeUndefined()
    expect(await driver.get(tooLong)).toBeUndefined()
    expect(await driver.read(tooLong, { limit: 10 })).toBeUndefined()
  })

  test('a file that somebody else put there is an object', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'a/b'), { recursive: true })
    await writeFile(join(folder, 'a/b/c'), 'theirs')
    const driver = driverOver(folder)
    expect(await bytesAt(driver, 'a/b/c')).toEqual(Buffer.from('theirs'))
    expect(await keysUnder(driver, 'a/')).toEqual(['a/b/c'])
  })

  test.each(['ein Ausländer', 'with space', 'line\nbreak'])('a file that no key could name, such as %o, is not listed', async name => {
    const folder = await temporaryFolder()
    const driver = driverOver(folder)
    await driver.put('a/b/c', bytes('x'))
    await writeFile(join(folder, 'a', name), 'x')
    await mkdir(join(folder, `${name}/_layers`), { recursive: true })
    await writeFile(join(folder, `${name}/_layers/x`), 'x')
    expect(await keysUnder(driver, '')).toEqual(['a/b/c'])
    expect(await listed(driver, '', { delimiter: '/_' })).toEqual({ keys: ['a/b/c'], prefixes: [] })
  })

  test('the root is made when the first object comes, with all that is missing above it', async () => {
    const folder = join(await temporaryFolder(), 'not/yet/there')
    const driver = driverOver(folder)
    expect(await keysUnder(driver, '')).toEqual([])
    await driver.put('a', bytes('x'))
    expect(await filesIn(folder)).toEqual(['a'])
  })

  test('the root may have a space and letters that no key has', async () => {
    const driver = driverOver(join(await temporaryFolder(), 'Bilder für alle'))
    await driver.put('a/b', bytes('x'))
    expect(await keysUnder(driver, '')).toEqual(['a/b'])
  })

  test('the root may be a link to a folder elsewhere', async () => {
    const parent = await temporaryFolder()
    await mkdir(join(parent, 'real'))
    await symlink(join(parent, 'real'), join(parent, 'root'))
    const driver = driverOver(join(parent, 'root'))
    await driver.put('a/b', bytes('x'))
    await driver.delete(['a/b'])
    await driver.put('c/d', bytes('x'))
    expect(await filesIn(join(parent, 'real'))).toEqual(['c/d'])
  })

  test('the folders of the last object go with it, those of others stay, and so does the root', async () => {
    const folder = await temporaryFolder()
    const driver = driverOver(folder)
    await driver.put('a/b/c/d', bytes('x'))
    await driver.put('a/e', bytes('x'))
    await driver.delete(['a/b/c/d'])
    expect(await readdir(join(folder, 'a'))).toEqual(['e'])
    await driver.delete(['a/e'])
    expect(await readdir(folder)).toEqual(['.incoming'])
  })

  test('folders that another process took away are made again', async () => {
    const folder = await temporaryFolder()
    const driver = driverOver(folder)
    await driver.put('a/b/c', bytes('x'))
    await rm(join(folder, 'a'), { recursive: true })
    await rm(join(folder, '.incoming'), { recursive: true })
    await driver.put('a/b/c', bytes('y'))
    expect(await bytesAt(driver, 'a/b/c')).toEqual(Buffer.from('y'))
  })

  test('two drivers over one folder, as two processes would be, put and delete without harm to each other', async () => {
    const folder = await temporaryFolder()
    const rounds = async (worker: number) => {
      const driver = driverOver(folder)
      for (let round = 0; round < 30; round += 1) {
        const key = `deep/folder/${round % 2}/${worker}`
        await driver.put(key, bytes(key))
        expect((await bytesAt(driver, key))?.toString()).toBe(key)
        await driver.delete([key])
      }
      await driver.put(`kept/${worker}`, bytes('kept'))
    }
    await Promise.all([0, 1, 2, 3].map(rounds))
    expect(await filesIn(folder)).toEqual(['kept/0', 'kept/1', 'kept/2', 'kept/3'])
  })

  test('of two drivers over one folder only one wins putIfAbsent', async () => {
    const folder = await temporaryFolder()
    const drivers = Array.from({ length: 8 }, () => driverOver(folder))
    const won = await Promise.all(drivers.map((driver, index) => driver.putIfAbsent?.('lease', bytes(`${index}`))))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect(await readFile(join(folder, 'lease'), 'latin1')).toBe(`${won.indexOf(true)}`)
  })
})

describe('a key is refused', () => {
  const refused: readonly [why: string, key: string][] = [
    ['that leaves the root', '../outside'],
    ['that goes up in the middle', 'a/../b'],
    ['that ends going up', 'a/..'],
    ['with a component that stays', 'a/./b'],
    ['that is empty', ''],
    ['that begins with a slash', '/etc/passwd'],
    ['that ends with a slash', 'a/'],
    ['with an empty component', 'a//b'],
    ['with a NUL', 'a/b\0c'],
    ['with a newline', 'a/b\n'],
    ['with a space', 'a b'],
    ['with a letter beyond ASCII', 'a/ü'],
    ['with a slash beyond ASCII', 'a/..\u2215b'],
    ['among the files that are being written', '.incoming/x'],
  ]

  test.each(refused)('%s: %o', async (_, key) => {
    const parent = await temporaryFolder()
    await writeFile(join(parent, 'outside'), 'secret')
    const driver = driverOver(join(parent, 'root'))
    await driver.put('a/b', bytes('x'))
    await expect(driver.stat(key)).rejects.toThrow('is no key')
    await expect(driver.get(key)).rejects.toThrow('is no key')
    await expect(async () => driver.read(key, { limit: 10 })).rejects.toThrow('is no key')
    await expect(driver.put(key, bytes('x'))).rejects.toThrow('is no key')
    await expect(driver.putIfAbsent?.(key, bytes('x'))).rejects.toThrow('is no key')
    await expect(driver.store(pieces(bytes('x')), key)).rejects.toThrow('is no key')
    await expect(driver.store(pieces(bytes('x')), async () => key)).rejects.toThrow('is no key')
    await expect(driver.compose(['a/b'], key)).rejects.toThrow('is no key')
    await expect(driver.compose([key], 'a/c')).rejects.toThrow('is no key')
    await expect(driver.delete(['a/b', key])).rejects.toThrow('is no key')
    expect(await filesIn(parent)).toEqual(['outside', 'root/a/b'])
  })

  test.each(['../', 'a/../../', '/', './', 'a//', 'a/\0/', '.incoming/'])('as the prefix of a listing: %o', async prefix => {
    const parent = await temporaryFolder()
    await writeFile(join(parent, 'outside'), 'secret')
    const driver = driverOver(join(parent, 'root'))
    await driver.put('a/b', bytes('x'))
    for (const delimiter of [undefined, '/', '/_'] as const) {
      await expect(Array.fromAsync(driver.list(prefix, { delimiter }))).rejects.toThrow('is no prefix')
    }
  })
})

describe('replacement is atomic', () => {
  test('a reader who has begun goes on with the old bytes', async () => {
    const driver = driverOver(await temporaryFolder())
    await driver.store(pieces(content(3 * MiB, 1)), 'a')
    const old = await driver.get('a')
    const iterator = old?.body[Symbol.asyncIterator]()
    const first = Uint8Array.from((await iterator?.next())?.value ?? [])
    await driver.store(pieces(content(2 * MiB, 2)), 'a')
    const rest = iterator && (await gather({ [Symbol.asyncIterator]: () => iterator }))
    expect(Buffer.concat([first, rest ?? bytes('')]).equals(content(3 * MiB, 1))).toBe(true)
    expect((await bytesAt(driver, 'a'))?.equals(content(2 * MiB, 2))).toBe(true)
  })

  test('a reader who has begun goes on when the object is deleted', async () => {
    const driver = driverOver(await temporaryFolder())
    await driver.store(pieces(content(3 * MiB)), 'a/b')
    const object = await driver.get('a/b')
    await driver.delete(['a/b'])
    expect(object && (await gather(object.body)).equals(content(3 * MiB))).toBe(true)
  })

  test('readers see the old bytes or the new ones, whole, while it is replaced again and again', async () => {
    const driver = driverOver(await temporaryFolder())
    const versions = Array.from({ length: 4 }, (_, seed) => content(700 * KiB + seed, seed))
    await driver.put('a', versions[0] as Uint8Array)
    const writing = (async () => {
      for (let round = 0; round < 40; round += 1) await driver.store(pieces(versions[round % 4] as Uint8Array), 'a')
    })()
    for (let round = 0; round < 60; round += 1) {
      const seen = await bytesAt(driver, 'a')
      expect(versions.some(version => seen?.equals(version))).toBe(true)
    }
    await writing
  })
})
