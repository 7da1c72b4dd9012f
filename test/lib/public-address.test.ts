import { expect, test } from 'vitest'
import { publicAddress } from '../../lib/public-address.ts'

const page = 'docs/operations.md#requests-fail'

test.each([
  ['https://github.com/acme/registry#readme', `https://github.com/acme/registry/blob/HEAD/${page}`],
  ['https://gitlab.com/acme/registry/', `https://gitlab.com/acme/registry/-/blob/HEAD/${page}`],
  ['https://registry.example.com', `https://registry.example.com/${page}`],
])('a page stands below the project’s own: %s', (homepage, address) => {
  expect(publicAddress(page, { homepage })).toBe(address)
})

test('a project that says nowhere that it is public has paths', () => {
  expect(publicAddress(page, {})).toBe(page)
})
