import { expect, test } from 'vitest'
import { sharedReads } from '../../../../registry-app/src/storage/s3/shared-reads.ts'

/** Reads what `stored` is when the read begins, and answers when told. */
function trial() {
  const state = { stored: 'old', reads: 0 }
  const gates: PromiseWithResolvers<void>[] = []
  const look = async (key: string) => {
    const seen = `${key}: ${state.stored}`
    const gate = Promise.withResolvers<void>()
    state.reads += 1
    gates.push(gate)
    await gate.promise
    return seen
  }
  const read = sharedReads(look, key => key)
  const answer = async () => {
    gates.shift()?.resolve()
    await new Promise(resolve => setImmediate(resolve))
  }
  const fail = async (error: Error) => {
    gates.shift()?.reject(error)
    await new Promise(resolve => setImmediate(resolve))
  }
  return { state, read, answer, fail }
}

const unavailable = () => Object.assign(new Error('no answer'), { unavailable: true })

test('an answer is never older than the question: a write that was acknowledged in between is seen', async () => {
  const { state, read, answer } = trial()
  const before = read('link')
  state.stored = 'new'
  const after = read('link')
  await answer()
  await answer()
  expect(await Promise.all([before, after])).toEqual(['link: old', 'link: new'])
})

test('all who ask while a read is under way share one more', async () => {
  const { state, read, answer } = trial()
  const answers = Promise.all([read('link'), ...Array.from({ length: 50 }, () => read('link'))])
  await answer()
  await answer()
  expect(new Set(await answers).size).toBe(1)
  expect(state.reads).toBe(2)
})

test('who asks while the second is under way waits for a third', async () => {
  const { state, read, answer } = trial()
  const all = [read('link'), read('link')]
  await answer()
  state.stored = 'new'
  all.push(read('link'))
  await answer()
  await answer()
  expect(await Promise.all(all)).toEqual(['link: old', 'link: old', 'link: new'])
})

test('nothing is remembered once nobody waits', async () => {
  const { state, read, answer } = trial()
  const first = read('link')
  await answer()
  await first
  state.stored = 'new'
  const second = read('link')
  await answer()
  expect(await second).toBe('link: new')
})

test('other keys are other reads', async () => {
  const { read, answer } = trial()
  const both = Promise.all([read('a'), read('b')])
  await answer()
  await answer()
  expect(await both).toEqual(['a: old', 'b: old'])
})

test('a failure is of those who asked for this read; who came later gets one of his own', async () => {
  const { read, answer, fail } = trial()
  const first = expect(read('link')).rejects.toThrow('too large')
  const second = read('link')
  await fail(new RangeError('too large'))
  await first
  await answer()
  expect(await second).toBe('link: old')
})

test('a store that is away is not waited for twice', async () => {
  const { state, read, fail } = trial()
  const both = Promise.allSettled([read('link'), read('link')])
  await fail(unavailable())
  expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(state.reads).toBe(1)
})
