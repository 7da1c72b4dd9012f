import { describe, expect, test } from 'vitest'
import { knownBlobs } from '../../../registry-app/src/registry/known-blobs.ts'
import { sha256, sha512 } from '../support/bytes.ts'
import { name } from '../support/images.ts'
import { standingClock } from '../support/registry.ts'

const [a, b] = [name('a'), name('b')]
const digest = sha256('x')
const minute = 60_000

function opened(believedFor = 5 * minute) {
  const clock = standingClock()
  return { clock, known: knownBlobs(believedFor, clock.now) }
}

describe('what was seen of a blob', () => {
  test('is known of that blob, in that repository, and of nothing else', () => {
    const { known } = opened()
    known.rememberLinked(a, digest, digest, known.moment())
    expect(known.linked(a, digest)).toBe(digest)
    expect(known.linked(b, digest)).toBeUndefined()
    expect(known.linked(a, sha256('y'))).toBeUndefined()
    expect(known.stored(digest)).toBe(false)
    known.rememberStored(digest, known.moment())
    expect(known.stored(digest)).toBe(true)
    expect(known.linked(b, digest)).toBeUndefined()
  })

  test('has the digest under which its data lies', () => {
    const { known } = opened()
    known.rememberLinked(a, sha512('x'), digest, known.moment())
    expect(known.linked(a, sha512('x'))).toBe(digest)
    expect(known.linked(a, digest)).toBeUndefined()
  })

  test('is believed from the moment before the look, not from its answer', () => {
    const { clock, known } = opened()
    const before = known.moment()
    clock.move(2 * minute)
    known.rememberLinked(a, digest, digest, before)
    known.rememberStored(digest, before)
    clock.move(3 * minute - 1)
    expect([known.linked(a, digest), known.stored(digest)]).toEqual([digest, true])
    clock.move(1)
    expect([known.linked(a, digest), known.stored(digest)]).toEqual([undefined, false])
  })

  test('is not remembered at all if the answer took longer than that', () => {
    const { clock, known } = opened()
    const before = known.moment()
    clock.move(5 * minute)
    known.rememberStored(digest, before)
    expect(known.stored(digest)).toBe(false)
  })

  test('is not shortened by an older look whose answer comes later', () => {
    const { clock, known } = opened()
    const older = known.moment()
    clock.move(4 * minute)
    known.rememberStored(digest, known.moment())
    known.rememberStored(digest, older)
    clock.move(2 * minute)
    expect(known.stored(digest)).toBe(true)
  })

  test('of a replica whose clock is ahead is believed no longer for that', () => {
    const { clock, known } = opened()
    known.rememberStored(digest, { at: clock.now().getTime() + 60 * minute })
    clock.move(5 * minute)
    expect(known.stored(digest)).toBe(false)
  })

  test('is never believed where nothing is', () => {
    const { known } = opened(0)
    known.rememberLinked(a, digest, digest, known.moment())
    known.rememberStored(digest, known.moment())
    expect([known.linked(a, digest), known.stored(digest)]).toEqual([undefined, false])
  })
})

describe('what was forgotten', () => {
  test('is unknown, and can be learnt again', () => {
    const { known } = opened()
    known.rememberLinked(a, digest, digest, known.moment())
    known.rememberLinked(b, digest, digest, known.moment())
    known.forgetLinked(a, digest)
    expect([known.linked(a, digest), known.linked(b, digest)]).toEqual([undefined, digest])
    known.rememberLinked(a, digest, digest, known.moment())
    expect(known.linked(a, digest)).toBe(digest)
  })

  test('is not learnt by a look that began before', () => {
    const { known } = opened()
    const before = known.moment()
    known.forgetLinked(a, digest)
    known.rememberLinked(a, digest, digest, before)
    expect(known.linked(a, digest)).toBeUndefined()
  })

  test('stays forgotten however much is learnt since', () => {
    const { known } = opened()
    const before = known.moment()
    known.forgetLinked(a, digest)
    for (let count = 0; count < 60_000; count += 1)
      known.rememberLinked(a, `sha256:${String(count).padStart(64, '0')}`, digest, known.moment())
    known.rememberLinked(a, digest, digest, before)
    expect(known.linked(a, digest)).toBeUndefined()
  })
})

test('so much is remembered, and the oldest of it goes', () => {
  const { known } = opened()
  const nth = (count: number) => `sha256:${String(count).padStart(64, '0')}` as const
  for (let count = 0; count < 60_000; count += 1) known.rememberStored(nth(count), known.moment())
  expect([known.stored(nth(0)), known.stored(nth(59_999))]).toEqual([false, true])
})
