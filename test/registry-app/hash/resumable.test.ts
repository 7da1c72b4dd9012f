import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nativeHasher } from '../../../registry-app/src/hash/native.ts'
import { type ResumableHasher, resumableHasher } from '../../../registry-app/src/hash/resumable.ts'
import { bytes } from '../support/bytes.ts'

async function open(state?: Uint8Array): Promise<ResumableHasher> {
  const hasher = await resumableHasher(state)
  if (!hasher) throw new Error('the state was not taken')
  return hasher
}

test('goes on, after any piece, from a state that was saved: as the native one goes through', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }), async pieces => {
      const native = nativeHasher('sha256')
      let state: Uint8Array | undefined
      for (const piece of pieces) {
        native.update(piece)
        const hasher = await open(state)
        await hasher.update(piece)
        state = Uint8Array.from(hasher.save())
      }
      expect(await (await open(state)).digest()).toBe(await native.digest())
    }),
  )
})

test('a saved state is small enough for a URL', async () => {
  const hasher = await open()
  await hasher.update(Buffer.alloc(1_000_000))
  expect(hasher.save().length).toBeLessThan(150)
})

test('two that are open at once do not disturb each other', async () => {
  const [one, other] = [await open(), await open()]
  await one.update(bytes('a'))
  await other.update(bytes('x'))
  await one.update(bytes('bc'))
  expect(await one.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('a state can be saved and the hasher go on', async () => {
  const hasher = await open()
  await hasher.update(bytes('a'))
  const state = Uint8Array.from(hasher.save())
  await hasher.update(bytes('zzz'))
  const resumed = await open(state)
  await resumed.update(bytes('bc'))
  expect(await resumed.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

const saved = (await open()).save()
test.each([
  ['nothing', new Uint8Array(0)],
  ['too few bytes', saved.slice(0, 20)],
  ['too many bytes', Buffer.concat([saved, bytes('x')])],
  ['another build', Buffer.concat([Uint8Array.from([1, 2, 3, 4]), saved.slice(4)])],
  ['garbage', Buffer.alloc(saved.length, 'garbage')],
])('a state of %s is not taken', async (_, state) => {
  expect(await resumableHasher(state)).toBeUndefined()
})
