import { describe, expect, test } from 'vitest'
import { blobDataPath, blobsPath } from '../../../registry-app/src/registry/paths.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import { bytes, bytesAt, content, failing, KiB, keysUnder, pieces, sha256, sha512 } from '../support/bytes.ts'
import { driverOver, temporaryFolder } from '../support/folder.ts'
import { codeOf, name } from '../support/images.ts'
import { hour, trial } from '../support/registry.ts'
import { blobBytes, body, chunk, sendInChunks, travel } from '../support/uploads.ts'

const whole = content(30_000)
const a = name('a')
const uploadsOf = 'docker/registry/v2/repositories/a/_uploads/'

/** Each way to bring a blob in; each ends with the digest that the client claims. */
const flows: Readonly<Record<string, (registry: Registry, digest: `sha256:${string}` | `sha512:${string}`) => Promise<unknown>>> = {
  'POST with the whole body': (registry, digest) => registry.uploads.store(a, digest, body(whole)),
  'PUT with the whole body': (registry, digest) =>
    registry.uploads.finish(travel(registry, registry.uploads.start(a)), digest, body(whole)),
  'PATCH with the whole body, then PUT': async (registry, digest) => {
    const state = await registry.uploads.append(travel(registry, registry.uploads.start(a)), { pieces: pieces(whole) })
    await registry.uploads.finish(travel(registry, state), digest, undefined)
  },
  'PATCH with half of it, then PUT with the rest': async (registry, digest) => {
    const state = await registry.uploads.append(registry.uploads.start(a), body(whole.subarray(0, 15_000)))
    await registry.uploads.finish(travel(registry, state), digest, body(whole.subarray(15_000)))
  },
  'chunks with Content-Range': async (registry, digest) => {
    await registry.uploads.finish(await sendInChunks(registry, 'a', whole, { size: 7_000, ranged: true }), digest, undefined)
  },
  'chunks with Content-Range, the last one by PUT': async (registry, digest) => {
    const state = await sendInChunks(registry, 'a', whole.subarray(0, 20_000), { size: 7_000, ranged: true })
    await registry.uploads.finish(state, digest, chunk(whole.subarray(20_000), 20_000))
  },
  'chunks without Content-Range': async (registry, digest) => {
    await registry.uploads.finish(await sendInChunks(registry, 'a', whole, { size: 7_000, ranged: false }), digest, undefined)
  },
  'chunks with Content-Range after one without': async (registry, digest) => {
    const state = await registry.uploads.append(registry.uploads.start(a), body(whole.subarray(0, 1_000)))
    const next = await registry.uploads.append(travel(registry, state), chunk(whole.subarray(1_000), 1_000))
    await registry.uploads.finish(travel(registry, next), digest, undefined)
  },
  'chunks without Content-Range after one with': async (registry, digest) => {
    const state = await registry.uploads.append(registry.uploads.start(a), chunk(whole.subarray(0, 1_000), 0))
    const next = await registry.uploads.append(travel(registry, state), body(whole.subarray(1_000)))
    await registry.uploads.finish(travel(registry, next), digest, undefined)
  },
}

describe.each(Object.entries(flows))('%s', (_, push) => {
  test.each([sha256, sha512])(
    'stores the blob under its digest, lets this repository serve it, and leaves nothing that has a wrong name',
    async digestOf => {
      const { driver, registry } = trial()
      const digest = digestOf(whole)
      await push(registry, digest)
      expect(await blobBytes(registry, 'a', digest)).toEqual(whole)
      expect(await registry.blobs.stat(a, digest)).toMatchObject({ size: whole.length })
      expect(await keysUnder(driver, uploadsOf)).toEqual([])
      // What came first, where more came after it, is a blob too: garbage collection takes it.
      for (const key of await keysUnder(driver, blobsPath)) expect(key).toBe(blobDataPath(sha256((await bytesAt(driver, key)) ?? '')))
    },
  )

  test('serves what was pushed as sha512 under its sha256 as well', async () => {
    const { registry } = trial()
    await push(registry, sha512(whole))
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
  })

  test.each([sha256('other bytes'), sha512('other bytes')])('is refused with DIGEST_INVALID under the wrong digest %s', async wrong => {
    const { driver, registry } = trial()
    expect(await codeOf(push(registry, wrong))).toBe('DIGEST_INVALID')
    expect(await registry.blobs.stat(a, wrong)).toBeUndefined()
    expect(await registry.blobs.stat(a, sha256(whole))).toBeUndefined()
    expect(await driver.stat(blobDataPath(sha256('other bytes')))).toBeUndefined()
    expect((await keysUnder(driver, '')).filter(key => key.includes('_layers') || key.includes('alias'))).toEqual([])
  })

  test('works on files', async () => {
    const { registry, driver } = trial({ driver: driverOver(await temporaryFolder()) })
    await push(registry, sha256(whole))
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })
})

describe('an empty blob', () => {
  const empty = bytes('')

  test('comes by POST', async () => {
    const { registry } = trial()
    await registry.uploads.store(a, sha256(empty), body(empty))
    expect(await blobBytes(registry, 'a', sha256(empty))).toHaveLength(0)
  })

  test('comes by a PUT without a body', async () => {
    const { registry } = trial()
    await registry.uploads.finish(registry.uploads.start(a), sha512(empty), undefined)
    expect(await blobBytes(registry, 'a', sha512(empty))).toHaveLength(0)
  })

  test('comes by an empty PATCH', async () => {
    const { registry } = trial()
    const state = await registry.uploads.append(registry.uploads.start(a), body(empty))
    await registry.uploads.finish(travel(registry, state), sha256(empty), undefined)
    expect(await blobBytes(registry, 'a', sha256(empty))).toHaveLength(0)
  })

  test('is no other blob', async () => {
    const { registry } = trial()
    expect(await codeOf(registry.uploads.finish(registry.uploads.start(a), sha256('x'), undefined))).toBe('DIGEST_INVALID')
  })
})

describe('many chunks', () => {
  /** What else stands in the URL: host, path, the longest name, the id. */
  const room = 2_048 - 400
  /** As long as those of the product. */
  const names = () => {
    let count = 0
    return () => (count++).toString(16).padStart(16, 'f')
  }

  test.each([
    ['1,000 of 16 KiB', 1_000, 16 * KiB],
    ['100 of 256 KiB', 100, 256 * KiB],
    ['17 of 64 KiB', 17, 64 * KiB],
    ['16 of 64 KiB', 16, 64 * KiB],
  ])('by Content-Range, %s: each URL is short, the blob is whole, nothing is left over', async (_, count, size) => {
    const { driver, registry } = trial({ randomName: names() })
    const large = content(count * size)
    let longest = 0
    const seen = (sealed: string) => {
      longest = Math.max(longest, sealed.length)
    }
    const state = await sendInChunks(registry, 'a', large, { size, ranged: true, seen })
    await registry.uploads.finish(state, sha256(large), undefined)
    expect(longest).toBeLessThan(room)
    expect((await blobBytes(registry, 'a', sha256(large)))?.equals(large)).toBe(true)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })

  test('without Content-Range, 300 of 4 KiB', async () => {
    const { driver, registry } = trial({ randomName: names() })
    const large = content(300 * 4 * KiB)
    let longest = 0
    const seen = (sealed: string) => {
      longest = Math.max(longest, sealed.length)
    }
    const state = await sendInChunks(registry, 'a', large, { size: 4 * KiB, ranged: false, seen })
    await registry.uploads.finish(state, sha256(large), undefined)
    expect(longest).toBeLessThan(room)
    expect((await blobBytes(registry, 'a', sha256(large)))?.equals(large)).toBe(true)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })
})

describe('a chunk', () => {
  test.each([
    ['fewer', 99],
    ['more', 101],
  ])('of %s bytes than its Content-Range says is refused, and the upload goes on from before it', async (_, sent) => {
    const { registry } = trial()
    const before = await registry.uploads.append(registry.uploads.start(a), chunk(whole.subarray(0, 100), 0))
    const wrong = { pieces: pieces(whole.subarray(100, 100 + sent)), range: { first: 100, last: 199 } }
    expect(await codeOf(registry.uploads.append(travel(registry, before), wrong))).toBe('SIZE_INVALID')
    const after = await registry.uploads.append(travel(registry, before), chunk(whole.subarray(100, 200), 100))
    expect(after.offset).toBe(200)
    await registry.uploads.finish(travel(registry, after), sha256(whole.subarray(0, 200)), undefined)
  })

  test('whose sender left is sent again, and the upload goes on', async () => {
    const { registry, driver } = trial()
    const before = await registry.uploads.append(registry.uploads.start(a), chunk(whole.subarray(0, 10_000), 0))
    const broken = { pieces: failing(whole.subarray(10_000, 15_000), 'the client left'), range: { first: 10_000, last: 29_999 } }
    await expect(registry.uploads.append(travel(registry, before), broken)).rejects.toThrow('the client left')
    const after = await registry.uploads.append(travel(registry, before), chunk(whole.subarray(10_000), 10_000))
    await registry.uploads.finish(travel(registry, after), sha256(whole), undefined)
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })

  test('whose answer was lost may be sent again: the last answer counts', async () => {
    const { registry } = trial()
    const before = await registry.uploads.append(registry.uploads.start(a), chunk(whole.subarray(0, 10_000), 0))
    await registry.uploads.append(travel(registry, before), chunk(whole.subarray(10_000), 10_000))
    const again = await registry.uploads.append(travel(registry, before), chunk(whole.subarray(10_000), 10_000))
    await registry.uploads.finish(travel(registry, again), sha256(whole), undefined)
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
  })
})

describe('a state', () => {
  test('that is as old as uploads may become is known, and a second later unknown', async () => {
    const { registry, clock } = trial({ maximumAge: hour })
    const state = await registry.uploads.append(registry.uploads.start(a), chunk(whole, 0))
    const sealed = registry.uploads.seal(state)
    clock.move(hour)
    expect(registry.uploads.open(a, state.id, sealed).offset).toBe(whole.length)
    clock.move(1_000)
    expect(await codeOf(() => registry.uploads.open(a, state.id, sealed))).toBe('BLOB_UPLOAD_UNKNOWN')
  })

  test('lives on with each chunk', async () => {
    const { registry, clock } = trial({ maximumAge: hour })
    let state = registry.uploads.start(a)
    for (let part = 0; part < 5; part += 1) {
      clock.move(hour)
      state = await registry.uploads.append(travel(registry, state), chunk(whole.subarray(part * 10, part * 10 + 10), part * 10))
    }
    await registry.uploads.finish(travel(registry, state), sha256(whole.subarray(0, 50)), undefined)
  })

  test('of another repository, another upload or another secret is unknown', async () => {
    const { registry, another } = trial()
    const state = registry.uploads.start(a)
    const sealed = registry.uploads.seal(state)
    expect(await codeOf(() => registry.uploads.open(name('b'), state.id, sealed))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await codeOf(() => registry.uploads.open(a, 'another', sealed))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await codeOf(() => another({ secret: 'another' }).uploads.open(a, state.id, sealed))).toBe('BLOB_UPLOAD_UNKNOWN')
  })

  test.each([
    ['with', true],
    ['without', false],
  ])('goes from process to process, chunks coming %s Content-Range', async (_, ranged) => {
    const { registry, another, driver } = trial()
    let [from, state] = [registry, registry.uploads.start(a)]
    for (let at = 0; at < whole.length; at += 1_000) {
      const to = another()
      const part = whole.subarray(at, at + 1_000)
      state = await to.uploads.append(travel(from, state, to), ranged ? chunk(part, at) : body(part))
      from = to
    }
    await registry.uploads.finish(travel(from, state, registry), sha256(whole), undefined)
    expect(await blobBytes(another(), 'a', sha256(whole))).toEqual(whole)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })

  test.each([
    ['before a further chunk', true],
    ['before the end', false],
  ])('of a hash that another build saved is read again, %s', async (_, further) => {
    const { registry } = trial()
    const first = await registry.uploads.append(registry.uploads.start(a), chunk(whole.subarray(0, 10_000), 0))
    const second = further ? first : await registry.uploads.append(first, chunk(whole.subarray(10_000), 10_000))
    const foreign = travel(registry, { ...second, hash: Buffer.alloc(112, 'garbage') })
    const last = further ? await registry.uploads.append(foreign, chunk(whole.subarray(10_000), 10_000)) : foreign
    await registry.uploads.finish(travel(registry, last), sha256(whole), undefined)
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
  })

  test('of a hash that another build saved does not let a wrong digest through', async () => {
    const { registry } = trial()
    const state = await registry.uploads.append(registry.uploads.start(a), chunk(whole, 0))
    const foreign = travel(registry, { ...state, hash: Buffer.alloc(112, 'garbage') })
    expect(await codeOf(registry.uploads.finish(foreign, sha256('x'), undefined))).toBe('DIGEST_INVALID')
  })
})

describe('two clients on one Location', () => {
  const one = content(10_000, 1)
  const other = content(12_000, 2)

  test.each([
    ['with', true],
    ['without', false],
  ])('who send different bytes at the same time, %s Content-Range, never get wrong ones under a digest', async (_, ranged) => {
    const { registry } = trial()
    const start = registry.uploads.start(a)
    const send = async (bytes: Uint8Array) => {
      const [head, tail] = [bytes.subarray(0, 4_000), bytes.subarray(4_000)]
      const half = await registry.uploads.append(travel(registry, start), ranged ? chunk(head, 0) : body(head))
      return registry.uploads.append(travel(registry, half), ranged ? chunk(tail, 4_000) : body(tail))
    }
    const [first, second] = await Promise.all([send(one), send(other)])
    const ends = await Promise.all([
      codeOf(registry.uploads.finish(first, sha256(one), undefined)),
      codeOf(registry.uploads.finish(second, sha256(other), undefined)),
    ])
    for (const [index, bytes] of [one, other].entries()) {
      expect(['no error', 'BLOB_UPLOAD_UNKNOWN']).toContain(ends[index])
      const served = await blobBytes(registry, 'a', sha256(bytes))
      expect(served === undefined || served.equals(bytes)).toBe(true)
      if (ends[index] === 'no error') expect(served?.equals(bytes)).toBe(true)
    }
    expect(ends).toContain('no error')
  })

  test('who each send the whole at once both get theirs', async () => {
    const { registry } = trial()
    const start = registry.uploads.start(a)
    const push = async (bytes: Uint8Array) => {
      const state = await registry.uploads.append(travel(registry, start), body(bytes))
      await registry.uploads.finish(travel(registry, state), sha256(bytes), undefined)
    }
    await Promise.all([push(one), push(other)])
    expect(await blobBytes(registry, 'a', sha256(one))).toEqual(one)
    expect(await blobBytes(registry, 'a', sha256(other))).toEqual(other)
  })

  test('who PUT different bodies at once both get theirs, or are told that the digest is wrong', async () => {
    const { registry } = trial()
    const start = registry.uploads.start(a)
    const ends = await Promise.all([
      codeOf(registry.uploads.finish(travel(registry, start), sha256(one), body(one))),
      codeOf(registry.uploads.finish(travel(registry, start), sha256(one), body(other))),
    ])
    expect(ends).toEqual(['no error', 'DIGEST_INVALID'])
    expect(await blobBytes(registry, 'a', sha256(one))).toEqual(one)
  })

  test.each([
    ['one after the other', false],
    ['at the same time', true],
  ])('who send the same chunks by Content-Range both finish, %s', async (_, together) => {
    const { registry, driver } = trial()
    const start = registry.uploads.start(a)
    const half = await registry.uploads.append(travel(registry, start), chunk(one.subarray(0, 4_000), 0))
    const [first, second] = await Promise.all([
      registry.uploads.append(travel(registry, half), chunk(one.subarray(4_000), 4_000)),
      registry.uploads.append(travel(registry, half), chunk(one.subarray(4_000), 4_000)),
    ])
    const ends = [first, second].map(state => () => registry.uploads.finish(travel(registry, state), sha256(one), undefined))
    if (together) await Promise.all(ends.map(end => end()))
    else for (const end of ends) await end()
    expect(await blobBytes(registry, 'a', sha256(one))).toEqual(one)
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })
})

describe('an upload that is closed', () => {
  test('may be closed again with what it has: the answer may have been lost', async () => {
    const { registry } = trial()
    const docker = travel(registry, await registry.uploads.append(registry.uploads.start(a), body(whole)))
    const chunks = await sendInChunks(registry, 'a', whole, { size: 1_000, ranged: true })
    for (const state of [docker, docker, chunks, chunks]) await registry.uploads.finish(state, sha256(whole), undefined)
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
  })

  test('is unknown where its bytes would have to be read again', async () => {
    const { registry, driver } = trial()
    const state = await sendInChunks(registry, 'a', whole, { size: 1_000, ranged: false })
    await registry.uploads.finish(state, sha256(whole), undefined)
    expect(await codeOf(registry.uploads.finish(state, sha256(whole), undefined))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await codeOf(registry.uploads.finish(state, sha256(whole), body(bytes('x'))))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })

  test('is unknown to a chunk for which the earlier ones would have to be listed', async () => {
    const { registry, driver } = trial()
    const state = await sendInChunks(registry, 'a', whole.subarray(0, 33), { size: 1, ranged: true })
    await registry.uploads.finish(state, sha256(whole.subarray(0, 33)), undefined)
    expect(await codeOf(registry.uploads.append(state, chunk(whole.subarray(33, 34), 33)))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await keysUnder(driver, uploadsOf)).toEqual([])
  })

  test('does not bring back a blob that was deleted and collected since', async () => {
    const { registry, driver } = trial()
    const state = await sendInChunks(registry, 'a', whole, { size: 10_000, ranged: true })
    await registry.uploads.finish(state, sha256(whole), undefined)
    await registry.blobs.unlink(a, sha256(whole))
    await driver.delete([blobDataPath(sha256(whole))])
    expect(await codeOf(registry.uploads.finish(state, sha256(whole), undefined))).toBe('BLOB_UPLOAD_UNKNOWN')
    expect(await registry.blobs.stat(a, sha256(whole))).toBeUndefined()
  })
})

describe('a cancelled upload', () => {
  test('leaves nothing, however many chunks it had', async () => {
    const { registry, driver } = trial()
    const state = await sendInChunks(registry, 'a', whole, { size: 500, ranged: true })
    expect(await keysUnder(driver, uploadsOf)).not.toEqual([])
    await registry.uploads.cancel(state)
    expect(await keysUnder(driver, '')).toEqual([])
  })

  test('takes nothing of another upload in the same repository', async () => {
    const { registry } = trial()
    const mine = await sendInChunks(registry, 'a', whole, { size: 10_000, ranged: true })
    const theirs = await sendInChunks(registry, 'a', whole, { size: 10_000, ranged: false })
    await registry.uploads.cancel(mine)
    await registry.uploads.finish(theirs, sha256(whole), undefined)
    expect(await blobBytes(registry, 'a', sha256(whole))).toEqual(whole)
  })

  test('can be cancelled again, and be no error without a chunk', async () => {
    const { registry } = trial()
    const state = registry.uploads.start(a)
    await registry.uploads.cancel(state)
    await registry.uploads.cancel(state)
  })

  test('cannot be closed', async () => {
    const { registry } = trial()
    const state = await sendInChunks(registry, 'a', whole, { size: 10_000, ranged: true })
    await registry.uploads.cancel(state)
    expect(await codeOf(registry.uploads.finish(state, sha256(whole), undefined))).toBe('BLOB_UPLOAD_UNKNOWN')
  })
})
