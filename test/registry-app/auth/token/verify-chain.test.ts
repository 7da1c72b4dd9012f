import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { verifyChain } from '../../../../registry-app/src/auth/token/verify-chain.ts'
import * as certificates from '../support/token-certificates.ts'
import { time } from '../support/tokens.ts'

const { root, between, below, leaf, deep, direct, byLeaf, noSign, byNoSign, named, byNamed, odd, strange, weak, short } = certificates
const read = (der: string) => new X509Certificate(Buffer.from(der, 'base64'))
const verify = (chain: readonly unknown[], at = time) => verifyChain(chain, [read(root)], at * 1000)
/** A moment in which the one of one day is good. */
const early = Date.parse('2026-11-28T20:00:00Z') / 1000

describe('the key of a chain is taken', () => {
  test.each([
    ['by the root itself', [direct], direct, time],
    ['by one between', [leaf, between], leaf, time],
    ['with others beside it, in any order', [leaf, deep, root, between], leaf, time],
    ['of the root itself', [root], root, time],
    ['while it is good', [short], short, early],
  ])('%s', (_, chain, first, at) => {
    expect(verify(chain, at).equals(read(first).publicKey)).toBe(true)
  })
})

describe('a chain is refused', () => {
  test.each<[what: string, chain: readonly unknown[], at?: number]>([
    ['to an authority that only has the name of a trusted one', [strange]],
    ['where the one between is missing', [leaf]],
    ['longer than one of them allows', [deep, below, between]],
    ['by what is no authority', [byLeaf, direct]],
    ['by an authority that may sign no certificates', [byNoSign, noSign]],
    ['by an authority for some names only', [byNamed, named]],
    ['with a critical extension that is not known', [odd]],
    ['signed with SHA-1', [weak]],
    ['that has expired', [short]],
    ['that is not good yet', [direct], early - 86_400 * 30],
    ['of too many', [leaf, between, ...Array<string>(9).fill(between)]],
    ['of what is no certificate', ['AAAA']],
    ['of what is no text', [{}]],
  ])('%s', (_, chain, at) => {
    expect(() => verify(chain, at)).toThrow(expect.objectContaining({ name: 'TokenRefused' }))
  })

  test('where nobody is trusted', () => {
    expect(() => verifyChain([direct], [], time * 1000)).toThrow('nobody who is trusted')
  })
})
