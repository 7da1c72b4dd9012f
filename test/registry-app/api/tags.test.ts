import { describe, expect, test } from 'vitest'
import { expectAnswer } from '../http/support/expect-answer.ts'
import { type TrialServer, trialServer } from '../http/support/trial-server.ts'
import { pushBlob, pushImage } from '../support/images.ts'
import { pagesFrom } from './support/pages-from.ts'

const path = '/v2/team/app/tags/list'
/** In the order in which they have to come, which is not that of their keys: `-` and `.` sort before the slash that follows a tag. */
const ordered = ['A', 'Z', '_', 'a', 'v1', 'v1-x', 'v1.0', 'v10', 'v2']

async function withTags(options = {}, tags: readonly string[] = ordered): Promise<TrialServer> {
  const served = await trialServer(options)
  await pushImage(served.registry, 'team/app', 'a layer')
  for (const tag of tags.toReversed()) await pushImage(served.registry, 'team/app', 'a layer', { as: tag })
  return served
}

describe('the list of tags', () => {
  test('has all of them in lexical order', async () => {
    const { call } = await withTags()
    const headers = { 'content-type': 'application/json', link: undefined }
    expectAnswer(await call({ path }), { status: 200, headers, json: { name: 'team/app', tags: ordered } })
  })

  test('is empty where there are only manifests', async () => {
    const { call } = await withTags({}, [])
    expectAnswer(await call({ path }), { status: 200, json: { name: 'team/app', tags: [] } })
  })

  test('is empty where there are only blobs, as after a push that broke off: the catalog lists that repository too', async () => {
    const { call, registry } = await withTags()
    await pushBlob(registry, 'team/begun', 'a layer')
    expectAnswer(await call({ path: '/v2/team/begun/tags/list' }), { status: 200, json: { name: 'team/begun', tags: [] } })
  })

  test.each(['team/none', 'team', 'team/app/more'])('of %s, which is no repository → 404', async name => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `/v2/${name}/tags/list` }), { status: 404, code: 'NAME_UNKNOWN', detail: { name } })
  })

  test.each([1, 2, 3, 4, 8])('followed by its Links, %i at a time, has each of them once', async n => {
    const { call } = await withTags()
    const pages = await pagesFrom(call, `${path}?n=${n}`)
    expect(pages.flatMap(({ json }) => json.tags)).toEqual(ordered)
    expect(pages.slice(0, -1).every(({ json }) => json.tags.length === n)).toBe(true)
  })

  test.each(['9', '10', '1000', '2147483648', '999999999999999999'])('has no Link where %s are more than enough', async n => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `${path}?n=${n}` }), {
      status: 200,
      headers: { link: undefined },
      json: { name: 'team/app', tags: ordered },
    })
  })

  test('tells the next page by a relative Link', async () => {
    const { call } = await withTags()
    const headers = { link: `<${path}?last=Z&n=2>; rel="next"` }
    expectAnswer(await call({ path: `${path}?n=2` }), { status: 200, headers, json: { name: 'team/app', tags: ['A', 'Z'] } })
  })

  test.each([
    ['v1', ['v1-x', 'v1.0', 'v10', 'v2']],
    ['v1-x', ['v1.0', 'v10', 'v2']],
    ['v1-', ['v1-x', 'v1.0', 'v10', 'v2']],
    ['not-there', ['v1', 'v1-x', 'v1.0', 'v10', 'v2']],
    ['v2', []],
    ['zzz', []],
    ['', ordered],
    ['%00', ordered],
    ['../../../..', ordered],
    ['a/b', ['v1', 'v1-x', 'v1.0', 'v10', 'v2']],
    ['%F0%9F%90%B3', []],
  ])('?last=%s begins after it', async (last, tags) => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `${path}?last=${last}` }), { status: 200, json: { name: 'team/app', tags } })
  })

  test('?n=0 is empty, without a Link', async () => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `${path}?n=0` }), { status: 200, headers: { link: undefined }, json: { name: 'team/app', tags: [] } })
  })

  test('?n= without a number is all of them', async () => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `${path}?n=` }), { status: 200, json: { name: 'team/app', tags: ordered } })
  })

  test.each(['-1', '1.5', 'ten', '1e3', '0x10', '%201', '9999999999999999999', 'NaN', 'Infinity'])('?n=%s → 400', async n => {
    const { call } = await withTags()
    expectAnswer(await call({ path: `${path}?n=${n}` }), { status: 400, code: 'PAGINATION_NUMBER_INVALID' })
  })

  test('gives no more at once than is configured, and a Link to the rest', async () => {
    const { call } = await withTags({ settings: { tagsMaximum: 4 } })
    const pages = await pagesFrom(call, `${path}?n=1000`)
    expect(pages.map(({ json }) => json.tags.length)).toEqual([4, 4, 1])
    expect(pages.flatMap(({ json }) => json.tags)).toEqual(ordered)
  })
})
