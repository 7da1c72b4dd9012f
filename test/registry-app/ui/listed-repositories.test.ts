import { describe, expect, test } from 'vitest'
import { type ListingOptions, listRepositories, repositoriesIn } from '../../../registry-app/src/ui/listed-repositories.ts'
import type { Summary } from '../../../registry-app/src/ui/summary.ts'

const all = ['base', 'base/node', 'shop/cart', 'shop/pay/a', 'shop/pay/b', 'tools'].map((name, index) => ({
  name,
  bytes: 10 * (6 - index),
  tags: 1,
  pushed: 100 + index,
}))

const listed = (options: Partial<ListingOptions> = {}) =>
  listRepositories(all, { sees: () => true, wanted: '', under: '', folded: false, sort: 'name', ...options }).map(entry =>
    'folder' in entry ? `${entry.folder} ${entry.repositories} ${entry.bytes} ${entry.pushed}` : entry.name,
  )

describe('the list of repositories', () => {
  test.each<[what: string, options: Partial<ListingOptions>, expected: string[]]>([
    ['all of them', {}, ['base', 'base/node', 'shop/cart', 'shop/pay/a', 'shop/pay/b', 'tools']],
    ['those with a word', { wanted: 'PAY' }, ['shop/pay/a', 'shop/pay/b']],
    ['those with all words', { wanted: ' shop  b ' }, ['shop/pay/b']],
    ['those that may be seen', { sees: name => name.startsWith('shop/pay') }, ['shop/pay/a', 'shop/pay/b']],
    ['by size', { sort: 'size', wanted: 'shop' }, ['shop/pay/b', 'shop/pay/a', 'shop/cart']],
    ['by the last push', { sort: 'pushed', wanted: 'shop' }, ['shop/cart', 'shop/pay/a', 'shop/pay/b']],
    ['folded', { folded: true }, ['base', 'base/ 1 50 101', 'shop/ 3 90 104', 'tools']],
    ['folded, below one', { folded: true, under: 'shop/' }, ['shop/cart', 'shop/pay/ 2 50 104']],
    [
      'folded, of what may be seen',
      { folded: true, sees: name => name !== 'shop/pay/a' },
      ['base', 'base/ 1 50 101', 'shop/ 2 60 104', 'tools'],
    ],
  ])('has %s', (_, options, expected) => {
    expect(listed(options)).toEqual(expected)
  })

  const summary = { at: 1000, repositories: [{ name: 'a', bytes: 1, tags: 1, manifests: 1, pushed: 5 }] } as unknown as Summary

  test('has what was pushed since the summary, whose size nobody knows yet', () => {
    const changes = [['b', { at: 2000, what: 'push' }] as const, ['a', { at: 3000, what: 'push' }] as const]
    expect(repositoriesIn(summary, changes)).toEqual([
      { name: 'a', bytes: 1, tags: 1, pushed: 3000 },
      { name: 'b', bytes: undefined, tags: undefined, pushed: 2000 },
    ])
  })

  test('has what a cache has fetched since, and takes that for no push', () => {
    const changes = [['b', { at: 2000, what: 'kept' }] as const, ['a', { at: 3000, what: 'kept' }] as const]
    expect(repositoriesIn(summary, changes)).toMatchObject([
      { name: 'a', pushed: 5 },
      { name: 'b', pushed: 2000 },
    ])
  })

  test('lacks what has nothing left but the links of its layers', () => {
    const empty = { at: 1000, repositories: [{ name: 'a', bytes: 1, tags: 0, manifests: 0, pushed: undefined }] } as unknown as Summary
    expect(repositoriesIn(empty, [])).toEqual([])
    expect(repositoriesIn(empty, [['a', { at: 2000, what: 'push' }]])).toMatchObject([{ name: 'a', pushed: 2000 }])
  })

  test('lacks what has gone since, and has what came back', () => {
    expect(repositoriesIn(summary, [['a', { at: 2000, what: 'gone' }]])).toEqual([])
    expect(repositoriesIn(summary, [['a', { at: 999, what: 'gone' }]])).toHaveLength(1)
  })

  test('has what this process has seen, while there is no summary', () => {
    expect(repositoriesIn(undefined, [['b', { at: 1, what: 'push' }]])).toMatchObject([{ name: 'b' }])
  })
})
