import { expect, test } from 'vitest'
import { encodeKey, uriEncode } from '../../../registry-app/src/s3/uri-encode.ts'

test.each([
  ['AZaz09-._~', 'AZaz09-._~'],
  ['a/b', 'a%2Fb'],
  [" !'()*+", '%20%21%27%28%29%2A%2B'],
  ['é鍵', '%C3%A9%E9%8D%B5'],
])('encodes %j by its bytes as %s', (text, encoded) => {
  expect(uriEncode(text)).toBe(encoded)
})

test.each([
  ['docker/registry/v2/blobs/sha256/ab/ab12/data', 'docker/registry/v2/blobs/sha256/ab/ab12/data'],
  ['a b/c+d/é', 'a%20b/c%2Bd/%C3%A9'],
  ['//a/../b//', '//a/../b//'],
])('leaves the slashes of the key %j', (key, encoded) => {
  expect(encodeKey(key)).toBe(encoded)
})
