import { expect, test } from 'vitest'
import { compileTagGlob } from '../../../../registry-app/src/auth/access/tag-glob.ts'

test.each<[glob: string, meant: readonly string[], others: readonly string[]]>([
  ['*', ['v1', 'Latest', '_'], []],
  ['v1', ['v1'], ['v10', 'V1', 'v']],
  ['v*', ['v', 'v1', 'v1.0-rc'], ['V1', 'av']],
  ['*-stable', ['1-stable', '-stable'], ['stable', '1-stable2']],
  ['v*.*-rc*', ['v1.2-rc3', 'v.-rc'], ['v1-rc', 'v1.2']],
  ['v1.0', ['v1.0'], ['v100']],
])('%s', (glob, meant, others) => {
  const fits = compileTagGlob(glob)
  expect([...meant, ...others].filter(fits)).toEqual(meant)
})

test.each(['', 'a/b', 'v1:2', 'ü', 'x'.repeat(129), '[0-9]', 'v1\n'])('%j can match no tag, and is refused', glob => {
  expect(() => compileTagGlob(glob)).toThrow('can match no tag')
})
