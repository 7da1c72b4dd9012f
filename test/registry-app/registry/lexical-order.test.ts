import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inLexicalOrder } from '../../../registry-app/src/registry/lexical-order.ts'
import type { Key, ListPage, StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { all, bytes } from '../support/bytes.ts'

/** The same store, whose listings come in pages of `size` names, which shows the last name of a page once more on the next, as some do. */
function paged(driver: StorageDriver, size: number, { repeating }: { repeating: boolean }): StorageDriver & { pages(): number } {
  let pages = 0
  return {
    ...driver,
    pages: () => pages,
    async *list(prefix, options): AsyncGenerator<ListPage> {
      const names: Key[] = []
      for await (const page of driver.list(prefix, options)) names.push(...page.prefixes)
      for (let at = 0; at < names.length; at += size) {
        pages += 1
        yield { objects: [], prefixes: names.slice(repeating ? Math.max(0, at - 1) : at, at + size) }
      }
      yield { objects: [], prefixes: [] }
    },
  }
}

async function stocked(keys: readonly Key[]): Promise<StorageDriver> {
  const driver = memoryDriver({ now: () => new Date(0) })
  for (const key of keys) await driver.put(key, bytes('x'))
  return driver
}

const nasty = [
  'v1',
  'v1-x',
  'v1.0',
  'v1.0-rc',
  'v10',
  'V1',
  '_a',
  'v1_',
  'v1__',
  'v1.',
  'v1-',
  'v',
  'v-',
  'v--',
  'v-.1',
  '_',
  '_-',
  'v2',
  'Z',
  '0',
]
const tagName = fc.oneof(fc.constantFrom(...nasty), fc.stringMatching(/^[aAvV0-1_][aV1._-]{0,4}$/))
const repositoryName = fc.stringMatching(/^[a0]([a0]|[.-][a0]){0,3}(\/[a0]([a0]|-[a0]){0,2}){0,3}$/)

describe.each([
  ['tags', '/' as const, tagName, 'current/link'],
  ['repositories', '/_' as const, repositoryName, 'layers/x/link'],
])('the names of %s', (_, delimiter, name, rest) => {
  test('come as a plain sort gives them, after any last, however the store pages', async () => {
    const scenario = fc.record({
      names: fc.uniqueArray(name, { maxLength: 25 }),
      last: fc.oneof(fc.constant(''), name, fc.string({ unit: fc.constantFrom(...'av01V._-/'), maxLength: 3 })),
      size: fc.integer({ min: 1, max: 8 }),
      repeating: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(scenario, async ({ names, last, size, repeating }) => {
        const driver = paged(await stocked(names.map(each => `f/${each}${delimiter}${rest}`)), size, { repeating })
        const given = await all(inLexicalOrder(driver, { prefix: 'f/', delimiter, last }))
        expect(given).toEqual(names.filter(each => each > last).sort())
      }),
      { numRuns: 600 },
    )
  })

  test('come the same when they are asked for a few at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 20 }), fc.integer({ min: 1, max: 5 }), async (names, count) => {
        const driver = paged(await stocked(names.map(each => `f/${each}${delimiter}${rest}`)), 3, { repeating: false })
        const given: string[] = []
        for (;;) {
          const answer: string[] = []
          for await (const each of inLexicalOrder(driver, { prefix: 'f/', delimiter, last: given.at(-1) ?? '' })) {
            if (answer.push(each) === count) break
          }
          if (answer.length === 0) break
          given.push(...answer)
        }
        expect(given).toEqual(names.toSorted())
      }),
    )
  })
})

test('whoever wants a few names costs the store one page', async () => {
  const names = Array.from({ length: 5_000 }, (_, index) => `t${index.toString().padStart(4, '0')}`)
  const driver = paged(await stocked(names.map(each => `f/${each}/current/link`)), 1_000, { repeating: false })
  const given: string[] = []
  for await (const each of inLexicalOrder(driver, { prefix: 'f/', delimiter: '/', last: '' })) if (given.push(each) === 100) break
  expect(given).toEqual(names.slice(0, 100))
  expect(driver.pages()).toBe(1)
})

test('a name is held back over pages while one that it begins with may come', async () => {
  const names = ['a', ...Array.from({ length: 30 }, (_, index) => `a-${index}`)]
  const driver = paged(await stocked(names.map(each => `f/${each}/current/link`)), 4, { repeating: true })
  expect(await all(inLexicalOrder(driver, { prefix: 'f/', delimiter: '/', last: '' }))).toEqual(names.toSorted())
})

describe('what a client sent as the last name, and is none', () => {
  /** As MinIO does, which answers such a request by 400. */
  function demanding(driver: StorageDriver): StorageDriver {
    return {
      ...driver,
      list(prefix, options) {
        if (!/^[\w./-]{0,300}$/.test(options?.startAfter ?? '') || /(^|\/)(\.{1,2}(\/|$)|\/)/.test(options?.startAfter ?? ''))
          throw new Error('bad components')
        return driver.list(prefix, options)
      },
    }
  }

  test.each([
    ['..', ['a', 'a-b', 'a/b', 'b']],
    ['./a', ['a', 'a-b', 'a/b', 'b']],
    ['a/../b', ['a/b', 'b']],
    ['a//b', ['a/b', 'b']],
    ['a/.', ['a/b', 'b']],
    ['a\0', ['a-b', 'a/b', 'b']],
    ['a/b\n', ['b']],
    ['a/ä', ['b']],
    ['a'.repeat(2000), ['b']],
  ])('%j never reaches the store, and the names after it are listed', async (last, names) => {
    const driver = demanding(await stocked(['a', 'a-b', 'a/b', 'b'].map(name => `top/${name}/_layers/x`)))
    expect(await all(inLexicalOrder(driver, { prefix: 'top/', delimiter: '/_', last }))).toEqual(names)
  })
})
