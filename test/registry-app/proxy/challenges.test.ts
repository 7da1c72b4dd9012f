import { expect, test } from 'vitest'
import { parseChallenges } from '../../../registry-app/src/proxy/challenges.ts'

test.each<[string, string | string[] | undefined, unknown]>([
  ['nothing', undefined, []],
  ['a realm', 'Basic realm="here"', [{ scheme: 'basic', parameters: { realm: 'here' } }]],
  [
    'what docker knows',
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        parameters: { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:a/b:pull,push' },
      },
    ],
  ],
  [
    'spaces, case, and a word without quotes',
    'BEARER  Realm = "a" , service=b',
    [{ scheme: 'bearer', parameters: { realm: 'a', service: 'b' } }],
  ],
  [
    'two in one header',
    'Basic realm="a", Bearer realm="b",service="c"',
    [
      { scheme: 'basic', parameters: { realm: 'a' } },
      { scheme: 'bearer', parameters: { realm: 'b', service: 'c' } },
    ],
  ],
  [
    'two headers',
    ['Negotiate', 'Basic realm="a"'],
    [
      { scheme: 'negotiate', parameters: {} },
      { scheme: 'basic', parameters: { realm: 'a' } },
    ],
  ],
  ['a quote within quotes', 'Basic realm="a\\"b"', [{ scheme: 'basic', parameters: { realm: 'a"b' } }]],
  ['a parameter of nobody', 'realm="a"', []],
  ['what ends in the middle', 'Bearer realm="a', [{ scheme: 'bearer', parameters: {} }]],
])('reads %s', (_, header, expected) => {
  expect(parseChallenges(header)).toMatchObject(expected as object)
})
