import { expect, test } from 'vitest'
import { chainWarnings } from '../../../registry-app/src/tls/chain.ts'
import { readChain } from '../../../registry-app/src/tls/load-certificate.ts'
import { authority, client, first, stranger } from './support/certificates.ts'

const full = first.cert + authority

test.each([
  [full, undefined],
  [full, 'registry.test'],
  [full, '127.0.0.1'],
  [authority, undefined],
])('a chain in order, for the name that clients use, raises no warning', (pem, name) => {
  expect(chainWarnings(readChain(pem), name)).toEqual([])
})

test.each<[string, string, string | undefined, RegExp]>([
  ['another name', full, 'images.example.com', /is not for images\.example\.com, the name in http\.host, but for DNS:registry\.test, /],
  ['another address', full, '[::1]', /is not for \[::1\]/],
  ['no name', client.cert + authority, 'registry.test', /is not for registry\.test.* but for no name/],
  ['no chain', first.cert, undefined, /comes without the chain behind it: .*fullchain\.pem/],
  ['somebody else’s authority', first.cert + stranger.cert, undefined, /certificate 1 of the file was not issued by the one that follows/],
])('%s raises one', (_, pem, name, warning) => {
  expect(chainWarnings(readChain(pem), name)).toEqual([expect.stringMatching(warning)])
})
