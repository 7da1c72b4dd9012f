import { describe, expect, test } from 'vitest'
import type { Key, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { bytes, bytesAt, content, failing, gather, keysUnder, listed, MiB, pieces } from '../support/bytes.ts'

/**
 * What every driver must do. Each driver's test is one line: `storageContract('memory', async () => memoryDriver(…))`.
 *
 * @param open gives an empty store, of this test alone
 * @param options.pageSize how much it lists at once, and deletes
 */
export function storageContract(name: string, open: () => Promise<StorageDriver>, { pageSize = 1000 } = {}) {
  describe(`${name} driver`, () => {
    objects(open)
    streams(open)
    ranges(open)
    joins(open)
    conditions(open)
    listings(open, pageSize)
    deletions(open, pageSize)
    races(open)
  })
}

type Open = () => Promise<StorageDriver>

function objects(open: Open) {
  describe('an object', () => {
    test('that is not there is undefined, not an error', async () => {
      const driver = await open()
      expect(await driver.stat('nowhere/at/all')).toBeUndefined()
      expect(await driver.get('nowhere/at/all')).toBeUndefined()
      expect(await driver.read('nowhere/at/all', { limit: 10 })).toBeUndefined()
    })

    test('is not what is only the beginning of a key', async () => {
      const driver = await open()
      await driver.put('a/b/c', bytes('x'))
      expect(await driver.stat('a/b')).toBeUndefined()
      expect(await driver.get('a/b')).toBeUndefined()
      expect(await driver.read('a/b', { limit: 10 })).toBeUndefined()
    })

    test('is not what lies below an object', async () => {
      const driver = await open()
      await driver.put('a/b', bytes('x'))
      expect(await driver.stat('a/b/c')).toBeUndefined()
      expect(await driver.get('a/b/c')).toBeUndefined()
      expect(await driver.read('a/b/c', { limit: 10 })).toBeUndefined()
    })

    test('may have components as long as a file name may be', async () => {
      const driver = await open()
      const longest = 'x'.repeat(255)
      await driver.put(`a/${longest}`, bytes('x'))
      expect(await bytesAt(driver, `a/${longest}`)).toEqual(Buffer.from('x'))
    })

    test('is given back as it was put', async () => {
      const driver = await open()
      await driver.put('a/b', bytes('hello'))
      expect(await bytesAt(driver, 'a/b')).toEqual(Buffer.from('hello'))
      expect(Buffer.from((await driver.read('a/b', { limit: 5 })) ?? [])).toEqual(Buffer.from('hello'))
    })

    test('can be empty', async () => {
      const driver = await open()
      await driver.put('empty', bytes(''))
      expect(await driver.stat('empty')).toMatchObject({ size: 0 })
      expect(await bytesAt(driver, 'empty')).toEqual(Buffer.alloc(0))
      expect(await driver.read('empty', { limit: 0 })).toHaveLength(0)
    })

    test('is replaced whole by a second put, be it shorter or longer', async () => {
      const driver = await open()
      for (const text of ['middle', 'a much longer one', 'short']) {
        await driver.put('a/b', bytes(text))
        expect(await bytesAt(driver, 'a/b')).toEqual(Buffer.from(text))
        expect(await driver.stat('a/b')).toMatchObject({ size: text.length })
      }
    })

    test('keeps its bytes when the caller reuses the buffer', async () => {
      const driver = await open()
      const buffer = Buffer.from('hello')
      await driver.put('a', buffer)
      buffer.fill('!')
      expect(await bytesAt(driver, 'a')).toEqual(Buffer.from('hello'))
    })

    test('says when it was stored, to the minute at least', async () => {
      const driver = await open()
      await driver.put('a', bytes('x'))
      const modified = (await driver.stat('a'))?.modified.getTime() ?? 0
      expect(Math.abs(modified - Date.now())).toBeLessThan(60_000)
      expect((await driver.get('a').then(closed))?.modified.getTime()).toBe(modified)
    })

    test.each([0, 4, 4095, 4096, 4097, MiB])('of one byte more than the limit of %i is a RangeError to read', async limit => {
      const driver = await open()
      await driver.put('a', content(limit + 1))
      await expect(driver.read('a', { limit })).rejects.toThrow(RangeError)
    })

    test.each([1, 4096, 4097, MiB])('of exactly the limit of %i bytes is read', async limit => {
      const driver = await open()
      await driver.put('a', content(limit))
      expect(equal(await driver.read('a', { limit }), content(limit))).toBe(true)
    })

    test('that is closed can be closed once more', async () => {
      const driver = await open()
      await driver.put('a', content(100))
      const object = await driver.get('a')
      await object?.close()
      await expect(object?.close()).resolves.toBeUndefined()
    })

    test('that is opened can be closed without being read, again and again', async () => {
      const driver = await open()
      await driver.put('a', content(MiB))
      for (let time = 0; time < 2000; time += 1) await (await driver.get('a'))?.close()
      expect(equal(await bytesAt(driver, 'a'), content(MiB))).toBe(true)
    })

    test('can be given up in the middle of its body', async () => {
      const driver = await open()
      await driver.put('a', content(3 * MiB))
      for (let time = 0; time < 200; time += 1) {
        const object = await driver.get('a')
        for await (const piece of object?.body ?? []) if (piece.length > 0) break
        await object?.close()
      }
      expect(equal(await bytesAt(driver, 'a'), content(3 * MiB))).toBe(true)
    })

    test('can be read by many at once', async () => {
      const driver = await open()
      await driver.put('a', content(3 * MiB))
      const copies = await Promise.all(Array.from({ length: 8 }, () => bytesAt(driver, 'a')))
      for (const copy of copies) expect(equal(copy, content(3 * MiB))).toBe(true)
    })
  })
}

function streams(open: Open) {
  describe('store', () => {
    test.each([0, 1, MiB, 5 * MiB, 17 * MiB + 3])('takes %i bytes and gives them back', async size => {
      const driver = await open()
      expect(await driver.store(pieces(content(size)), 'a/b')).toEqual({ key: 'a/b', size })
      expect(await driver.stat('a/b')).toMatchObject({ size })
      expect(equal(await bytesAt(driver, 'a/b'), content(size))).toBe(true)
    })

    test('takes a body whose length was told', async () => {
      const driver = await open()
      const size = 6 * MiB
      expect(await driver.store(pieces(content(size)), 'a/b', { size })).toEqual({ key: 'a/b', size })
      expect(equal(await bytesAt(driver, 'a/b'), content(size))).toBe(true)
    })

    test('takes a body in thousands of small pieces, some of them empty', async () => {
      const driver = await open()
      const body = (async function* () {
        for await (const piece of pieces(content(300_000), 77)) {
          yield piece
          if (piece[0] === 0) yield new Uint8Array(0)
        }
      })()
      expect(await driver.store(body, 'a')).toEqual({ key: 'a', size: 300_000 })
      expect(equal(await bytesAt(driver, 'a'), content(300_000))).toBe(true)
    })

    test('takes a body in one large piece', async () => {
      const driver = await open()
      await driver.store(pieces(content(9 * MiB), 9 * MiB), 'a')
      expect(equal(await bytesAt(driver, 'a'), content(9 * MiB))).toBe(true)
    })

    test('asks for the key once, after the last byte', async () => {
      const driver = await open()
      let ended = false
      let asked = 0
      const body = (async function* () {
        yield* pieces(content(2 * MiB))
        ended = true
      })()
      const stored = await driver.store(body, async () => {
        asked += 1
        return ended ? 'named/late' : 'named/early'
      })
      expect(stored).toEqual({ key: 'named/late', size: 2 * MiB })
      expect(asked).toBe(1)
      expect(await keysUnder(driver, 'named/')).toEqual(['named/late'])
    })

    test('shows nothing before the body has ended', async () => {
      const driver = await open()
      const seen: unknown[] = []
      const body = (async function* () {
        for await (const piece of pieces(content(2 * MiB))) {
          yield piece
          seen.push(await driver.stat('a/b'))
        }
        seen.push(...(await keysUnder(driver, '')))
      })()
      await driver.store(body, 'a/b')
      expect(seen.filter(each => each !== undefined)).toEqual([])
    })

    test('replaces an object that was there', async () => {
      const driver = await open()
      await driver.put('a', content(100))
      await driver.store(pieces(content(50, 2)), 'a')
      expect(equal(await bytesAt(driver, 'a'), content(50, 2))).toBe(true)
    })

    test.each([0, 10, 6 * MiB])('leaves nothing behind when the body throws after %i bytes', async size => {
      const driver = await open()
      await expect(driver.store(failing(content(size), 'the client left'), 'gone/a')).rejects.toThrow('the client left')
      expect(await driver.stat('gone/a')).toBeUndefined()
      expect(await listed(driver, '')).toEqual({ keys: [], prefixes: [] })
    })

    test('leaves the old object when the body of the new one throws', async () => {
      const driver = await open()
      await driver.put('a', bytes('old'))
      await expect(driver.store(failing(content(6 * MiB), 'the client left'), 'a')).rejects.toThrow('the client left')
      expect(await bytesAt(driver, 'a')).toEqual(Buffer.from('old'))
    })

    test('does not ask for the key when the body throws', async () => {
      const driver = await open()
      let asked = false
      const key = async () => {
        asked = true
        return 'gone'
      }
      await expect(driver.store(failing(content(10), 'the client left'), key)).rejects.toThrow('the client left')
      expect(asked).toBe(false)
    })

    test.each([0, 10, 6 * MiB])('leaves nothing behind of %i bytes when the key function throws', async size => {
      const driver = await open()
      const key = async () => {
        throw new Error('a wrong digest')
      }
      await expect(driver.store(pieces(content(size)), key)).rejects.toThrow('a wrong digest')
      expect(await listed(driver, '')).toEqual({ keys: [], prefixes: [] })
    })
  })
}

function ranges(open: Open) {
  const whole = content(2 * MiB + 5)
  const end = whole.length - 1

  describe('a range', () => {
    test.each([
      ['the first byte', { first: 0, last: 0 }, 0, 1],
      ['from the middle to the end', { first: MiB }, MiB, whole.length],
      ['a piece in the middle', { first: 700_001, last: 1_400_002 }, 700_001, 1_400_003],
      ['the last byte', { first: end, last: end }, end, whole.length],
      ['one that ends beyond the end', { first: end - 9, last: 10 * MiB }, end - 9, whole.length],
      ['one that begins at the end', { first: whole.length }, 0, 0],
      ['one that begins beyond the end', { first: 5 * MiB, last: 6 * MiB }, 0, 0],
      ['everything', { first: 0 }, 0, whole.length],
    ])('can be %s', async (_, range, first, afterLast) => {
      const driver = await open()
      await driver.put('a', whole)
      const object = await driver.get('a', { range })
      expect(object?.size).toBe(whole.length)
      expect(equal(object && (await gather(object.body)), whole.subarray(first, afterLast))).toBe(true)
    })

    test('of an empty object is empty', async () => {
      const driver = await open()
      await driver.put('a', bytes(''))
      const object = await driver.get('a', { range: { first: 0, last: 9 } })
      expect(object?.size).toBe(0)
      expect(object && (await gather(object.body))).toHaveLength(0)
    })

    test('of an object that is not there is undefined', async () => {
      const driver = await open()
      expect(await driver.get('nowhere', { range: { first: 0, last: 9 } })).toBeUndefined()
    })
  })
}

function joins(open: Open) {
  describe('compose', () => {
    test('joins objects in the order that is asked for, and leaves them', async () => {
      const driver = await open()
      const sources = ['up/2', 'up/10', 'up/1']
      for (const [index, key] of sources.entries()) await driver.put(key, content(700_000, index))
      await driver.compose(sources, 'whole/one')
      const expected = Buffer.concat([content(700_000, 0), content(700_000, 1), content(700_000, 2)])
      expect(equal(await bytesAt(driver, 'whole/one'), expected)).toBe(true)
      expect(await keysUnder(driver, '')).toEqual(['up/1', 'up/10', 'up/2', 'whole/one'])
    })

    test('joins large objects and small ones', async () => {
      const driver = await open()
      await driver.put('small', content(3, 1))
      await driver.put('large', content(6 * MiB, 2))
      await driver.put('empty', bytes(''))
      await driver.compose(['large', 'small', 'empty', 'large'], 'whole')
      const expected = Buffer.concat([content(6 * MiB, 2), content(3, 1), content(6 * MiB, 2)])
      expect(equal(await bytesAt(driver, 'whole'), expected)).toBe(true)
    })

    test('copies a single object', async () => {
      const driver = await open()
      await driver.put('one', content(MiB))
      await driver.compose(['one'], 'other')
      expect(equal(await bytesAt(driver, 'other'), content(MiB))).toBe(true)
    })

    test('makes an empty object of nothing', async () => {
      const driver = await open()
      await driver.compose([], 'empty')
      expect(await driver.stat('empty')).toMatchObject({ size: 0 })
    })

    test.each([0, 1, 2])('throws when source %i of three is missing, and stores nothing', async missing => {
      const driver = await open()
      const sources = ['a', 'b', 'c']
      for (const [index, key] of sources.entries()) if (index !== missing) await driver.put(key, content(10))
      await expect(driver.compose(sources, 'whole')).rejects.toThrow()
      expect(await driver.stat('whole')).toBeUndefined()
      expect(await keysUnder(driver, '')).toEqual(sources.filter((_, index) => index !== missing))
    })
  })
}

function conditions(open: Open) {
  describe('putIfAbsent, where there is one,', () => {
    test('puts what is not there', async ({ skip }) => {
      const driver = await open()
      if (!driver.putIfAbsent) return skip('this store has no conditional writes')
      expect(await driver.putIfAbsent('lease', bytes('mine'))).toBe(true)
      expect(await bytesAt(driver, 'lease')).toEqual(Buffer.from('mine'))
    })

    test('leaves what is there', async ({ skip }) => {
      const driver = await open()
      if (!driver.putIfAbsent) return skip('this store has no conditional writes')
      await driver.put('lease', bytes('theirs'))
      expect(await driver.putIfAbsent('lease', bytes('mine'))).toBe(false)
      expect(await bytesAt(driver, 'lease')).toEqual(Buffer.from('theirs'))
    })

    test('has one winner of many at once, whose bytes are there', async ({ skip }) => {
      const driver = await open()
      const { putIfAbsent } = driver
      if (!putIfAbsent) return skip('this store has no conditional writes')
      const won = await Promise.all(Array.from({ length: 50 }, (_, index) => putIfAbsent('some/lease', bytes(`writer ${index}`))))
      expect(won.filter(Boolean)).toHaveLength(1)
      expect(await bytesAt(driver, 'some/lease')).toEqual(Buffer.from(`writer ${won.indexOf(true)}`))
    })

    test('puts again after a deletion', async ({ skip }) => {
      const driver = await open()
      if (!driver.putIfAbsent) return skip('this store has no conditional writes')
      await driver.putIfAbsent('some/lease', bytes('first'))
      await driver.delete(['some/lease'])
      expect(await driver.putIfAbsent('some/lease', bytes('second'))).toBe(true)
      expect(await bytesAt(driver, 'some/lease')).toEqual(Buffer.from('second'))
    })
  })
}

/** Repositories `a`, `a/b`, `a-x` and `a/1`, as the registry lays them out, and what lies beside them. */
const nested: readonly Key[] = [
  'r/a-x/_layers/1/link',
  'r/a/1/_manifests/tags/v1/current/link',
  'r/a/_layers/1/link',
  'r/a/_manifests/tags/v1/current/link',
  'r/a/b/_uploads/1/startedat',
  'r/a/c/d/_layers/1/link',
  'r/b/_layers/1/link',
]

const tags: readonly Key[] = [
  't/V1/current/link',
  't/_a/current/link',
  't/v1-x/current/link',
  't/v1.0-rc/current/link',
  't/v1.0/current/link',
  't/v1/current/link',
  't/v1/index/link',
  't/v10/current/link',
  't/v1_/current/link',
]

async function filled(open: Open, keys: readonly Key[]): Promise<StorageDriver> {
  const driver = await open()
  await Promise.all(keys.toReversed().map(key => driver.put(key, bytes(key))))
  return driver
}

/** More than a page of objects, each in a folder of its own. */
async function overPages(open: Open, pageSize: number): Promise<{ driver: StorageDriver; keys: readonly Key[] }> {
  const keys = Array.from({ length: pageSize + 10 }, (_, index) => `many/${index.toString(36)}/link`).sort(byBytes)
  const driver = await open()
  for (let at = 0; at < keys.length; at += 100) {
    await Promise.all(keys.slice(at, at + 100).map(key => driver.put(key, bytes('x'))))
  }
  return { driver, keys }
}

function listings(open: Open, pageSize: number) {
  describe('list', () => {
    test('of nothing is empty', async () => {
      const driver = await open()
      expect(await listed(driver, '')).toEqual({ keys: [], prefixes: [] })
      expect(await listed(driver, 'no/where/', { delimiter: '/' })).toEqual({ keys: [], prefixes: [] })
      expect(await listed(driver, 'no/where/', { delimiter: '/_' })).toEqual({ keys: [], prefixes: [] })
    })

    test('gives all keys in byte order: that of keys, not of names', async () => {
      const driver = await filled(open, tags)
      expect(await keysUnder(driver, '')).toEqual(tags.toSorted(byBytes))
      expect((await keysUnder(driver, 't/v1')).slice(0, 4)).toEqual([
        't/v1-x/current/link',
        't/v1.0-rc/current/link',
        't/v1.0/current/link',
        't/v1/current/link',
      ])
    })

    test('tells the size and the time of each object', async () => {
      const driver = await filled(open, ['a/1', 'a/22'])
      for await (const { objects } of driver.list('a/')) {
        for (const { key, size, modified } of objects) {
          expect(size).toBe(key.length)
          // HTTP tells the time to the second (RFC 9110, 5.6.7).
          expect(seconds(modified)).toBe(seconds((await driver.stat(key))?.modified))
        }
      }
    })

    test.each([
      ['r/a', 6],
      ['r/a/', 5],
      ['r/a/_', 2],
      ['r/a/_l', 1],
      ['r/a/b/_uploads/1/startedat', 1],
      ['r/a/b/_uploads/1/startedat/', 0],
      ['r/c', 0],
      ['', 7],
    ])('below the prefix %o gives what begins so', async (prefix, count) => {
      const driver = await filled(open, nested)
      const keys = await keysUnder(driver, prefix)
      expect(keys).toEqual(nested.filter(key => key.startsWith(prefix)))
      expect(keys).toHaveLength(count)
    })

    test.each([
      ['t/', ['t/V1/', 't/_a/', 't/v1-x/', 't/v1.0-rc/', 't/v1.0/', 't/v1/', 't/v10/', 't/v1_/'], []],
      ['t/v1.', ['t/v1.0-rc/', 't/v1.0/'], []],
      ['t/v1/', ['t/v1/current/', 't/v1/index/'], []],
      ['t/v1/current/', [], ['t/v1/current/link']],
      ['t', ['t/'], []],
      ['', ['t/'], []],
    ])('folds at the next slash after %o', async (prefix, prefixes, keys) => {
      const driver = await filled(open, tags)
      expect(await listed(driver, prefix, { delimiter: '/' })).toEqual({ prefixes, keys })
    })

    test('shows objects beside folded prefixes', async () => {
      const driver = await filled(open, ['a/b', 'a/b-/x', 'a/c/x', 'a/d'])
      expect(await listed(driver, 'a/', { delimiter: '/' })).toEqual({ prefixes: ['a/b-/', 'a/c/'], keys: ['a/b', 'a/d'] })
    })

    test('folds each repository into one name, and finds those that lie in another', async () => {
      const driver = await filled(open, nested)
      const { prefixes, keys } = await listed(driver, 'r/', { delimiter: '/_' })
      expect(prefixes).toEqual(['r/a-x/_', 'r/a/1/_', 'r/a/_', 'r/a/b/_', 'r/a/c/d/_', 'r/b/_'])
      expect(keys).toEqual([])
    })

    test('shows what lies among repositories and is none', async () => {
      const driver = await filled(open, ['r/a/_layers/x', 'r/a/readme', 'r/b/stray/file', 'r/readme', 'r/_own/x'])
      const { prefixes, keys } = await listed(driver, 'r/', { delimiter: '/_' })
      expect(prefixes).toEqual(['r/a/_'])
      expect(keys).toEqual(['r/_own/x', 'r/a/readme', 'r/b/stray/file', 'r/readme'])
    })

    const every = (keys: readonly Key[]) => [...new Set(keys.flatMap(key => [key, ...beginnings(key)]))].sort(byBytes)

    test('begins after any key, there or not, and after any beginning of one', async () => {
      const driver = await filled(open, tags)
      for (const startAfter of every(tags)) {
        expect((await listed(driver, 't/', { startAfter })).keys).toEqual(tags.toSorted(byBytes).filter(key => key > startAfter))
      }
    })

    test.each([
      ['/', 't/', tags],
      ['/_', 'r/', nested],
    ] as const)('with the delimiter %s begins after any key or name', async (delimiter, prefix, keys) => {
      const driver = await filled(open, keys)
      const { prefixes } = await listed(driver, prefix, { delimiter })
      for (const startAfter of every(keys)) {
        const after = await listed(driver, prefix, { delimiter, startAfter })
        expect({ startAfter, ...after }).toEqual({ startAfter, keys: [], prefixes: prefixes.filter(name => name > startAfter) })
      }
    })

    test('goes on over more than one page, and so does delete', async () => {
      const { driver, keys } = await overPages(open, pageSize)
      expect(await keysUnder(driver, 'many/')).toEqual(keys)
      const names = keys.map(key => key.slice(0, -'link'.length))
      expect((await listed(driver, 'many/', { delimiter: '/' })).prefixes).toEqual(names)
      const middle = pageSize / 2
      const startAfter = names[middle - 1] ?? ''
      expect((await listed(driver, 'many/', { delimiter: '/', startAfter })).prefixes).toEqual(names.slice(middle))
      await driver.delete(keys)
      expect(await listed(driver, '', { delimiter: '/' })).toEqual({ keys: [], prefixes: [] })
    })

    test('can be left after the first page', async () => {
      const driver = await filled(open, nested)
      for await (const page of driver.list('')) {
        expect(page.objects[0]?.key).toBe(nested[0])
        break
      }
    })
  })
}

function deletions(open: Open, pageSize: number) {
  describe('delete', () => {
    test('takes objects away, and only those', async () => {
      const driver = await filled(open, nested)
      await driver.delete(['r/a/_layers/1/link', 'r/b/_layers/1/link'])
      expect(await driver.stat('r/b/_layers/1/link')).toBeUndefined()
      expect(await keysUnder(driver, '')).toEqual(nested.filter(key => key !== 'r/a/_layers/1/link' && key !== 'r/b/_layers/1/link'))
    })

    test('of what is not there is no error, and does not keep it from the rest', async () => {
      const driver = await filled(open, ['a/b'])
      await driver.delete(['nowhere/at/all', 'a/b', 'a/b/c', 'a'])
      expect(await keysUnder(driver, '')).toEqual([])
      await driver.delete([])
    })

    test('of the beginning of a key takes nothing', async () => {
      const driver = await filled(open, ['a/b/c'])
      await driver.delete(['a/b'])
      expect(await keysUnder(driver, '')).toEqual(['a/b/c'])
    })

    test('of the last object below a name takes the name from every listing', async () => {
      const driver = await filled(open, nested)
      await driver.delete(['r/a/c/d/_layers/1/link', 'r/b/_layers/1/link', 'r/a/_layers/1/link'])
      expect((await listed(driver, 'r/', { delimiter: '/' })).prefixes).toEqual(['r/a-x/', 'r/a/'])
      expect((await listed(driver, 'r/a/', { delimiter: '/' })).prefixes).toEqual(['r/a/1/', 'r/a/_manifests/', 'r/a/b/'])
      expect((await listed(driver, 'r/', { delimiter: '/_' })).prefixes).toEqual(['r/a-x/_', 'r/a/1/_', 'r/a/_', 'r/a/b/_'])
    })

    test('of everything leaves nothing in any listing', async () => {
      const driver = await filled(open, nested)
      await driver.delete(nested)
      for (const delimiter of [undefined, '/', '/_'] as const) {
        expect(await listed(driver, '', { delimiter })).toEqual({ keys: [], prefixes: [] })
      }
    })

    test('leaves a name that can be put again', async () => {
      const driver = await open()
      for (const text of ['one', 'two', 'three']) {
        await driver.put('a/b/c', bytes(text))
        expect(await bytesAt(driver, 'a/b/c')).toEqual(Buffer.from(text))
        await driver.delete(['a/b/c'])
        expect(await driver.stat('a/b/c')).toBeUndefined()
      }
    })

    test('during a reader’s listing gives that reader no key twice', async () => {
      const { driver, keys } = await overPages(open, pageSize)
      const seen: Key[] = []
      for await (const { objects } of driver.list('many/')) {
        seen.push(...objects.map(({ key }) => key))
        await driver.delete(objects.map(({ key }) => key))
      }
      expect(seen).toEqual(keys)
      expect(await keysUnder(driver, '')).toEqual([])
    })
  })
}

function races(open: Open) {
  describe('many at once', () => {
    test('who store the same key leave one whole version', async () => {
      const driver = await open()
      const versions = Array.from({ length: 8 }, (_, index) => content(MiB + index, index))
      await Promise.all(versions.map(version => driver.store(pieces(version), 'a/b')))
      const stored = await bytesAt(driver, 'a/b')
      expect(versions.filter(version => equal(stored, version))).toHaveLength(1)
      expect(await keysUnder(driver, '')).toEqual(['a/b'])
    })

    test('who put the same small key leave one whole version', async () => {
      const driver = await open()
      const versions = Array.from({ length: 50 }, (_, index) => `version ${index}`)
      await Promise.all(versions.map(version => driver.put('a/link', bytes(version))))
      expect(versions).toContain((await bytesAt(driver, 'a/link'))?.toString())
    })

    test('who put and delete in the same folder lose nothing that was put', async () => {
      const driver = await open()
      const rounds = async (worker: number) => {
        for (let round = 0; round < 20; round += 1) {
          // Often the last object of its folder, and of those above, goes while another worker puts the first one in.
          const key = `deep/folder/${round % 2}/${worker}`
          await driver.put(key, bytes(key))
          expect((await bytesAt(driver, key))?.toString()).toBe(key)
          await driver.delete([key])
          expect(await driver.stat(key)).toBeUndefined()
        }
        await driver.put(`deep/folder/kept/${worker}`, bytes('kept'))
      }
      await Promise.all(Array.from({ length: 16 }, (_, worker) => rounds(worker)))
      const kept = Array.from({ length: 16 }, (_, worker) => `deep/folder/kept/${worker}`).sort(byBytes)
      expect(await keysUnder(driver, '')).toEqual(kept)
    })

    test('who store, compose and delete in the same folder lose nothing', async () => {
      const driver = await open()
      const rounds = async (worker: number) => {
        for (let round = 0; round < 8; round += 1) {
          const chunks = [0, 1, 2].map(part => `up/${worker}/${part}`)
          for (const [part, key] of chunks.entries()) await driver.store(pieces(content(5_000, part)), key)
          await driver.compose(chunks, `done/${worker}/${round}`)
          await driver.delete(chunks)
        }
      }
      await Promise.all(Array.from({ length: 8 }, (_, worker) => rounds(worker)))
      const expected = Buffer.concat([0, 1, 2].map(part => content(5_000, part)))
      const keys = await keysUnder(driver, '')
      expect(keys).toHaveLength(64)
      for (const key of keys) expect(equal(await bytesAt(driver, key), expected)).toBe(true)
    })

    test('who delete the same keys do not disturb one another', async () => {
      const driver = await filled(open, nested)
      await Promise.all(Array.from({ length: 8 }, () => driver.delete(nested)))
      expect(await keysUnder(driver, '')).toEqual([])
    })

    test('who list while others put and delete see every object that stays', async () => {
      const driver = await filled(open, nested)
      const disturbing = (async () => {
        for (let round = 0; round < 30; round += 1) {
          await driver.put(`r/a/${round}/_layers/x`, bytes('x'))
          await driver.delete([`r/a/${round}/_layers/x`])
        }
      })()
      for (let round = 0; round < 20; round += 1) {
        const { prefixes } = await listed(driver, 'r/', { delimiter: '/_' })
        expect(prefixes).toEqual(expect.arrayContaining(['r/a/_', 'r/a/b/_', 'r/b/_']))
      }
      await disturbing
    })
  })
}

/** Without the megabytes of a failed `toEqual`. */
const equal = (one: Uint8Array | undefined, other: Uint8Array) => one !== undefined && Buffer.compare(one, other) === 0
const seconds = (time: Date | undefined) => time && Math.floor(time.getTime() / 1000)
const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))
const beginnings = (key: Key) => Array.from({ length: key.length - 1 }, (_, length) => key.slice(0, length + 1))

async function closed<Object extends { close(): Promise<void> }>(object: Object | undefined): Promise<Object | undefined> {
  await object?.close()
  return object
}
