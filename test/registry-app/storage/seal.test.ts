import { describe, expect, test } from 'vitest'
import { createSeal, SealError } from '../../../registry-app/src/storage/seal.ts'

const place = 'acme/certificates/registry.test'

describe('a seal', () => {
  test('gives back what it closed, and does not show it', () => {
    const seal = createSeal('a secret', 'acme private keys')
    const sealed = seal.close('the private key', place)
    expect(sealed).toMatch(/^sealed-1:[\w+/=]+$/)
    expect(Buffer.from(sealed.slice(9), 'base64').toString()).not.toContain('private')
    expect(createSeal('a secret', 'acme private keys').open(sealed, place)).toBe('the private key')
  })

  test('never closes the same text in the same way twice', () => {
    const seal = createSeal('a secret', 'acme private keys')
    expect(seal.close('the private key', place)).not.toBe(seal.close('the private key', place))
  })

  test.each([
    ['with another secret', createSeal('another', 'acme private keys'), place, 'was sealed with another http.secret'],
    ['without a secret', createSeal(undefined, 'acme private keys'), place, 'is sealed, and http.secret is not set'],
    [
      'in another place',
      createSeal('a secret', 'acme private keys'),
      'acme/certificates/other.test',
      'was sealed with another http.secret',
    ],
  ])('cannot be opened %s, and says what to do', (_, other, where, message) => {
    const open = () => other.open(createSeal('a secret', 'acme private keys').close('the private key', place), where)
    expect(open).toThrow(SealError)
    expect(open).toThrow(message)
    expect(open).toThrow(/or delete acme\//)
    expect(open).not.toThrow(/the private key$|a secret/)
  })

  test('cannot be opened once a byte of it is changed, or most of it is missing', () => {
    const seal = createSeal('a secret', 'acme private keys')
    const bytes = Buffer.from(seal.close('the private key', place).slice(9), 'base64')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    expect(() => seal.open(`sealed-1:${bytes.toString('base64')}`, place)).toThrow(SealError)
    expect(() => seal.open('sealed-1:AAAA', place)).toThrow(SealError)
  })

  test('without a secret closes nothing, and what is open is read with a secret, too', () => {
    expect(createSeal(undefined, 'acme private keys').close('the private key', place)).toBe('the private key')
    expect(createSeal('a secret', 'acme private keys').open('the private key', place)).toBe('the private key')
  })
})
