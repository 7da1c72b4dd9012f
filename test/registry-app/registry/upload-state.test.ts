import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openState, sealState, type UploadState } from '../../../registry-app/src/registry/upload-state.ts'
import { sha256 } from '../support/bytes.ts'
import { name } from '../support/images.ts'

const secret = 'a secret'
const state: UploadState = {
  id: 'an-upload',
  name: name('library/alpine'),
  offset: 3_145_728,
  touched: 1_770_000_000,
  whole: sha256('x'),
  chunks: ['0-abc', '1048576-def'],
  list: 'list-ghi',
  hash: Uint8Array.from([0, 1, 2, 253, 254, 255]),
}
const sealed = sealState(state, secret)

/** With a Buffer as the plain bytes that it is. */
const plain = (opened: UploadState | undefined) => opened && { ...opened, hash: opened.hash && Uint8Array.from(opened.hash) }

describe('a sealed state', () => {
  test('opens as what it was', () => {
    expect(plain(openState(sealed, state.name, state.id, secret))).toEqual(state)
  })

  test('of any upload opens as what it was', () => {
    const word = fc.stringMatching(/^[a-z0-9-]{1,30}$/)
    const states: fc.Arbitrary<UploadState> = fc.record({
      id: word,
      name: word.map(() => state.name),
      offset: fc.maxSafeNat(),
      touched: fc.nat(),
      whole: fc.option(fc.uint8Array().map(sha256), { nil: undefined }),
      chunks: fc.array(word, { maxLength: 16 }),
      list: fc.option(word, { nil: undefined }),
      hash: fc.option(fc.uint8Array({ minLength: 1, maxLength: 130 }), { nil: undefined }),
    })
    fc.assert(
      fc.property(states, fc.string({ minLength: 1 }), (any, secret) => {
        expect(plain(openState(sealState(any, secret), any.name, any.id, secret))).toEqual(any)
      }),
    )
  })

  test('needs no escaping in a URL', () => {
    expect(sealed).toBe(encodeURIComponent(sealed))
  })

  test.each([
    ['in another repository', name('library/debian'), state.id, secret],
    ['in a repository whose name only begins so', name('library'), state.id, secret],
    ['for another upload', state.name, 'another-upload', secret],
    ['with another secret', state.name, state.id, 'another secret'],
    ['where name and id are parted elsewhere', name('library'), `alpine/${state.id}`, secret],
  ])('does not open %s', (_, name, id, secret) => {
    expect(openState(sealed, name, id, secret)).toBeUndefined()
  })

  test('does not open when any one character is another, goes, or comes', () => {
    for (let at = 0; at <= sealed.length; at += 1) {
      const [before, after] = [sealed.slice(0, at), sealed.slice(at + 1)]
      for (const changed of [...'AZaz09-_.=%! ']) {
        for (const tampered of [before + changed + after, before + changed + sealed.slice(at)]) {
          if (tampered !== sealed) expect({ tampered, opened: openState(tampered, state.name, state.id, secret) }).toEqual({ tampered })
        }
      }
      if (at < sealed.length) expect(openState(before + after, state.name, state.id, secret)).toBeUndefined()
    }
  })

  test.each(['', '.', '..', 'x', 'x.y', '.x', `${sealed}.`, `${sealed}.x`, `.${sealed}`, sealed.slice(0, sealed.indexOf('.'))])(
    'is nothing like %o',
    text => {
      expect(openState(text, state.name, state.id, secret)).toBeUndefined()
    },
  )

  test('is nothing that somebody made up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(openState(text, state.name, state.id, secret)).toBeUndefined()
      }),
    )
  })

  test('keeps to what it was sealed with: no part of another upload’s fits', () => {
    const other = sealState({ ...state, offset: 1 }, secret)
    const [payload] = sealed.split('.')
    const [, signature] = other.split('.')
    expect(openState(`${payload}.${signature}`, state.name, state.id, secret)).toBeUndefined()
  })
})
