import { describe, expect, test } from 'vitest'
import { isStale } from '../../../../registry-app/src/events/notifications/owner.ts'
import { bytes } from '../../support/bytes.ts'
import { encode } from '../../support/images.ts'

const storeNow = new Date('2026-03-01T12:00:00Z')
const ago = (seconds: number) => new Date(storeNow.getTime() - seconds * 1000)
const process = { instance: 'me', host: 'here', pid: 7, isAlive: (pid: number) => pid === 8 }
const around = { marked: ago(1), storeNow, process, sameMachine: true }

describe('an owner', () => {
  test.each([
    ['who was heard of a moment ago lives', encode({ instance: 'other', host: 'there', pid: 1 }), {}, false],
    ['who has been silent for long is dead', encode({ instance: 'other', host: 'there', pid: 1 }), { marked: ago(91) }, true],
    ['whose process of this machine runs lives', encode({ instance: 'other', host: 'here', pid: 8 }), {}, false],
    ['whose process of this machine has ended is dead', encode({ instance: 'other', host: 'here', pid: 9 }), {}, true],
    ['who had our own number on this machine is dead', encode({ instance: 'other', host: 'here', pid: 7 }), {}, true],
    ['who is this process lives', encode({ instance: 'me', host: 'here', pid: 7 }), {}, false],
    [
      'with our number in a shared storage may live elsewhere',
      encode({ instance: 'o', host: 'here', pid: 7 }),
      { sameMachine: false },
      false,
    ],
    ['of whom nothing can be read lives until he is silent', bytes('half a {'), {}, false],
    ['of whom the wrong things are read lives until he is silent', encode([1]), {}, false],
  ] as const)('%s', (_, content, more, stale) => {
    expect(isStale(content, { ...around, ...more })).toBe(stale)
  })
})
