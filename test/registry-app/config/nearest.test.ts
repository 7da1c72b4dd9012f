import { expect, test } from 'vitest'
import { nearest } from '../../../registry-app/src/config/nearest.ts'

test.each([
  ['rootdirectry', ['maxthreads', 'rootdirectory'], 'rootdirectory'],
  ['tsl', ['addr', 'tls', 'net'], 'tls'],
  ['HTTP', ['http', 'health'], 'http'],
  ['foo', ['log', 'http'], undefined],
  ['catalogue', ['catalog', 'tags'], 'catalog'],
])('of %s the nearest in %j is %s', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected)
})
