import { expect, test } from 'vitest'
import { parseScopes } from '../../../../registry-app/src/auth/local/token-scope.ts'

test.each([
  ['repository:a/b:pull', [{ type: 'repository', name: 'a/b', actions: ['pull'] }]],
  ['repository:a:push,pull', [{ type: 'repository', name: 'a', actions: ['pull', 'push'] }]],
  ['repository:a:*', [{ type: 'repository', name: 'a', actions: ['pull', 'push', 'delete'] }]],
  ['repository(plugin):a:pull', [{ type: 'repository', name: 'a', actions: ['pull'] }]],
  ['registry:catalog:*', [{ type: 'registry', name: 'catalog', actions: ['*'] }]],
  [
    'repository:a:pull repository:b:pull',
    [
      { type: 'repository', name: 'a', actions: ['pull'] },
      { type: 'repository', name: 'b', actions: ['pull'] },
    ],
  ],
  // What nobody understands is nothing.
  ['', []],
  ['repository', []],
  ['repository:A:pull', []],
  ['repository:../x:pull', []],
  ['repository:host:5000/a:pull', []],
  ['registry:else:*', []],
  ['plugin:a:pull', []],
  ['repository:a:wash', [{ type: 'repository', name: 'a', actions: [] }]],
])('the scope %j', (text, scopes) => {
  expect(parseScopes([text])).toEqual(scopes)
})

test('of a thousand scopes, some are looked at', () => {
  expect(parseScopes(Array.from({ length: 1000 }, (_, index) => `repository:a${index}:pull`))).toHaveLength(64)
})
