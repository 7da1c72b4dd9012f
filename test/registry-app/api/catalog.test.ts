import { describe, expect, test } from 'vitest'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { trialServer } from '../http/support/trial-server.ts'
import { pushBlob } from '../support/images.ts'
import { pagesFrom } from './support/pages-from.ts'

const path = '/v2/_catalog'
/** In the order in which they have to come; their keys sort otherwise. */
const ordered = ['a', 'a-b', 'a.b', 'a/b', 'a/b/c', 'aa', 'b/c', 'z']

async function withRepositories(options = {}, names: readonly string[] = ordered) {
  const served = await trialServer(options)
  for (const name of names.toReversed()) await pushBlob(served.registry, name, 'a layer')
  return served
}

describe('the catalog', () => {
  test('is empty at first', async () => {
    const { call } = await trialServer()
    expectAnswer(await call({ path }), {
      status: 200,
      headers: { 'content-type': 'application/json', link: undefined },
      json: { repositories: [] },
    })
  })

  test('has every repository in lexical order', async () => {
    const { call } = await withRepositories()
    expectAnswer(await call({ path }), { status: 200, headers: { link: undefined }, json: { repositories: ordered } })
  })

  test.each([1, 2, 3, 5, 7])('followed by its Links, %i at a time, has each of them once', async n => {
    const { call } = await withRepositories()
    const pages = await pagesFrom(call, `${path}?n=${n}`)
    expect(pages.flatMap(({ json }) => json.repositories)).toEqual(ordered)
    expect(pages.slice(0, -1).every(({ json }) => json.repositories.length === n)).toBe(true)
  })

  test('encodes the name in its Link', async () => {
    const { call } = await withRepositories()
    expectAnswer(await call({ path: `${path}?n=4` }), { status: 200, headers: { link: '</v2/_catalog?last=a%2Fb&n=4>; rel="next"' } })
  })

  test.each([
    ['a', ['a-b', 'a.b', 'a/b', 'a/b/c', 'aa', 'b/c', 'z']],
    ['a/b', ['a/b/c', 'aa', 'b/c', 'z']],
    ['a%2Fb', ['a/b/c', 'aa', 'b/c', 'z']],
    ['b', ['b/c', 'z']],
    ['z', []],
    ['/', ordered],
    ['../..', ordered],
    ['%00', ordered],
  ])('?last=%s begins after it', async (last, repositories) => {
    const { call } = await withRepositories()
    expectAnswer(await call({ path: `${path}?last=${last}` }), { status: 200, json: { repositories } })
  })

  test('?n=0 is empty, without a Link', async () => {
    const { call } = await withRepositories()
    expectAnswer(await call({ path: `${path}?n=0` }), { status: 200, headers: { link: undefined }, json: { repositories: [] } })
  })

  test.each(['-1', '1.5', 'ten', '1e3'])('?n=%s → 400', async n => {
    const { call } = await withRepositories()
    expectAnswer(await call({ path: `${path}?n=${n}` }), { status: 400, code: 'PAGINATION_NUMBER_INVALID', detail: { n } })
  })

  test('refuses to list more at once than is configured', async () => {
    const { call } = await withRepositories({ settings: { catalogMaximum: 5 } })
    expectAnswer(await call({ path: `${path}?n=5` }), { status: 200 })
    const expected = { status: 400, code: 'PAGINATION_NUMBER_INVALID', detail: { n: 6, allowed: 'at most 5' } } as const
    expectAnswer(await call({ path: `${path}?n=6` }), expected)
  })

  test('lists so many where nobody says how many', async () => {
    const { call } = await withRepositories({ settings: { catalogMaximum: 5 } })
    const pages = await pagesFrom(call, path)
    expect(pages.map(({ json }) => json.repositories.length)).toEqual([5, 3])
  })

  test('lists 100 where nobody says how many, and more are allowed', async () => {
    const names = Array.from({ length: 101 }, (_, number) => `r${number + 100}`)
    const { call } = await withRepositories({}, names)
    const pages = await pagesFrom(call, path)
    expect(pages.map(({ json }) => json.repositories.length)).toEqual([100, 1])
    expect(pages.flatMap(({ json }) => json.repositories)).toEqual(names)
  })
})
