import { expect, test } from 'vitest'
import { checkPassword } from '../../../registry-app/src/auth/check-password.ts'
import { firstUser } from '../../../registry-app/src/auth/first-user.ts'
import { countingChecker, hashFor } from './support/checks.ts'

const plain = firstUser('admin', 'the right one', Buffer.alloc(32)).find('admin')

const outcome = async (password: string, credential: Parameters<typeof checkPassword>[1], slowest: number) => {
  const { check, checks } = countingChecker()
  const right = await checkPassword(Buffer.from(password), credential, slowest, check)
  return { right, costs: checks.map(({ hash, slowest }) => [hash.slice(0, 7), slowest]) }
}

/** Each takes one check, and each no reaches the same cost. */
test.each([
  ['the right password', 'a', hashFor('a'), { right: true, costs: [['$2b$10$', 12]] }],
  ['a wrong password', 'b', hashFor('a'), { right: false, costs: [['$2b$10$', 12]] }],
  ['a name that is not there', 'a', undefined, { right: false, costs: [['$2b$12$', 12]] }],
  ['the right password of the first user', 'the right one', plain, { right: true, costs: [['$2b$12$', 12]] }],
  ['a wrong password of the first user', 'the wrong one', plain, { right: false, costs: [['$2b$12$', 12]] }],
])('%s', async (_, password, credential, expected) => {
  expect(await outcome(password, credential, 12)).toEqual(expected)
})

test('where nobody has a hash, a name that is not there takes as long as a usual one', async () => {
  expect((await outcome('a', undefined, 0)).costs).toEqual([['$2b$10$', 10]])
})
