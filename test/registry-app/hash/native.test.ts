import { expect, test } from 'vitest'
import { nativeHasher } from '../../../registry-app/src/hash/native.ts'
import { bytes } from '../support/bytes.ts'

/** FIPS 180-4's examples, and the empty message. */
test.each([
  ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha512',
    'abc',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
] as const)('%s of %o', async (algorithm, text, hex) => {
  const hasher = nativeHasher(algorithm)
  for (const letter of text) await hasher.update(bytes(letter))
  expect(await hasher.digest()).toBe(hex)
})
