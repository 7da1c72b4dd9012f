import { describe, expect, test } from 'vitest'
import { hashPassword, matches } from '../../../registry-app/src/auth/bcrypt.ts'
import { costOf, isBcryptHash, nobodysHash } from '../../../registry-app/src/auth/bcrypt-hash.ts'

const text = (password: string) => Buffer.from(password)

/** Of crypt_blowfish's own test (wrapper.c), and of Distribution's. */
const published = [
  ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK', 'U*U*'],
  ['$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a', 'U*U*U'],
  ['$2y$05$926C3y10Quzn/LnqQH86VOEVh/18T6RnLaS.khre96jLNL/7e.K5W', 'baggins'],
  ['$2y$05$0oHgwMehvoe8iAWS8I.7l.KoECXrwVaC16RPfaSCU5eVTFrATuMI2', '새주'],
] as const

describe('bcrypt', () => {
  test.each(published)('%s is the hash of %s, and of nothing else', async (hash, password) => {
    expect(isBcryptHash(hash)).toBe(true)
    expect(await matches(text(password), hash, 0)).toBe(true)
    expect(await matches(text(`${password}x`), hash, 0)).toBe(false)
  })

  test.each(['$2a$', '$2b$', '$2y$'])('%s is a name of the same', async kind => {
    const hash = `${kind}05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW`
    expect(await matches(text('U*U'), hash, 0)).toBe(true)
  })

  test('looks at 72 bytes, as Distribution does', async () => {
    const hash = await hashPassword(text('x'.repeat(72)), Buffer.alloc(16, 1))
    expect(await matches(text(`${'x'.repeat(72)} and more`), hash, 0)).toBe(true)
    expect(await matches(text('x'.repeat(71)), hash, 0)).toBe(false)
  })

  test('makes hashes that can be read, of the usual cost, each with its salt', async () => {
    const hash = await hashPassword(text('a'), Buffer.alloc(16, 1))
    expect([isBcryptHash(hash), costOf(hash)]).toEqual([true, 10])
    expect(await hashPassword(text('a'), Buffer.alloc(16, 2))).not.toBe(hash)
  })

  test.each([
    ['', 'a password must not be empty'],
    ['ä'.repeat(37), 'a password has at most 72 bytes'],
  ])('makes none of %j', async (password, says) => {
    await expect(hashPassword(text(password), Buffer.alloc(16))).rejects.toThrow(says)
  })

  test.each([4, 5])(
    'takes a no for a hash of cost 4 as far as one of cost 5, and a hash that is nobody’s can be checked: %i',
    async cost => {
      expect(isBcryptHash(nobodysHash(cost))).toBe(true)
      expect(await matches(text('a'), nobodysHash(cost), 5)).toBe(false)
    },
  )
})
