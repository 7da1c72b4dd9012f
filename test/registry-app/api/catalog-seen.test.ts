import { expect, test } from 'vitest'
import { takeSeen } from '../../../registry-app/src/api/paging.ts'
import type { Caller } from '../../../registry-app/src/auth/access.ts'
import { inProcess } from '../http/support/in-process.ts'
import { pushImage } from '../support/images.ts'
import { trial } from '../support/registry.ts'

async function* from(names: readonly string[]) {
  yield* names
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `r${String(index).padStart(3, '0')}`)

test('a page looks at so many names and no more, and the next goes on behind them', async () => {
  const all = numbered(100)
  const sees = (name: string) => name.endsWith('7')
  const found: string[] = []
  let [last, pages] = ['', 0]
  for (;;) {
    const { page, more, passed } = await takeSeen(from(all.filter(name => name > last)), 3, sees, 15)
    found.push(...page)
    pages += 1
    if (!more) break
    last = passed ?? page.at(-1) ?? ''
  }
  expect(found).toEqual(all.filter(sees))
  expect(pages).toBeLessThan(10)
})

test('a page that is full, and behind which there is nothing to see, has no successor', async () => {
  expect(await takeSeen(from(['a', 'b', 'c', 'd']), 2, name => name < 'c', 100)).toEqual({ page: ['a', 'b'], more: false })
})

test('where the next page begins is not told by the name of what one may not see', async () => {
  const { registry } = trial()
  await pushImage(registry, 'public/a', 'x')
  // So that 10,000 names need not be pushed, the list is of another make.
  const names = async function* (last: string) {
    for (const name of ['a', ...Array.from({ length: 10_001 }, (_, index) => `secret/${String(index).padStart(5, '0')}`), 'z']) {
      if (name > last) yield name
    }
  }
  const caller: Caller = { name: 'x', may: () => true, mayEverywhere: () => false, sees: name => !name.startsWith('secret') }
  const { ask } = inProcess({ registry: { ...registry, catalog: { ...registry.catalog, names } }, gate: { admit: () => caller } })
  const first = await ask({ method: 'GET', path: '/v2/_catalog' })
  expect(JSON.parse(first.body)).toEqual({ repositories: ['a'] })
  const next = /^<([^>]+)>; rel="next"$/.exec(first.headers.link ?? '')?.[1] ?? ''
  expect(decodeURIComponent(next)).not.toContain('secret')
  const second = await ask({ method: 'GET', path: next })
  expect([JSON.parse(second.body), second.headers.link]).toEqual([{ repositories: ['z'] }, undefined])
  expect((await ask({ method: 'GET', path: '/v2/_catalog?last=sealed-1:AAAA' })).status).toBe(400)
})
