import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { complaintsAboutYaml, kindsOf } from './support/check-yaml.ts'
import { dissect } from './support/fenced-blocks.ts'
import { pages } from './support/markdown-files.ts'

const blocks = pages.flatMap(page => dissect(page).blocks)
const of = (language: string) => blocks.filter(block => block.language === language).map(block => [block.where, block] as const)

describe('what is written for the registry or the kit', () => {
  test.each(of('yaml'))('at %s is what they take', (_, { text, unchecked }) => {
    if (unchecked === undefined) expect(complaintsAboutYaml(text)).toEqual([])
    else expect(kindsOf(parse(text)), 'this can be checked, and says that it is not').toEqual([])
  })

  test.each(of('json'))('at %s is JSON', (_, { text }) => {
    expect(() => JSON.parse(text)).not.toThrow()
  })
})

test('what is wrong is found', () => {
  expect(complaintsAboutYaml('storage: {s3: {bucket: images, regoin: r}}')).toContainEqual(expect.stringContaining('regoin'))
  expect(complaintsAboutYaml('storage: {driver: s3, bucket: images, regoin: r}')).toContainEqual(expect.stringContaining('regoin'))
  expect(complaintsAboutYaml('domain: registry.example.com\nhost: {uri: ftp://host}').join()).toContain('host.uri')
  expect(complaintsAboutYaml('scrape_configs: []')).toEqual([expect.stringContaining('<!-- unchecked: why -->')])
  expect(complaintsAboutYaml('a: [')).toEqual([expect.stringContaining('Flow sequence')])
})

/** What a page may show: those that a test reads, and `text` for what is no language. */
const languages = ['json', 'sh', 'text', 'ts', 'yaml']

test('every block is of a kind that a test knows', () => {
  const foreign = blocks.filter(({ language, unchecked }) => !languages.includes(language) && unchecked === undefined)
  expect(foreign.map(({ where, language }) => `${where}: ${language || 'without a language'}`)).toEqual([])
})

test('what nobody checks is listed', async () => {
  const lines = blocks
    .filter(({ language, unchecked }) => language === 'text' || unchecked !== undefined)
    .map(({ file, unchecked, text }) => `${file}: ${unchecked ?? 'text'}: ${text.trim().split('\n')[0]?.slice(0, 60)}`)
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('unchecked.txt')
})
