import { describe, expect, test } from 'vitest'
import { dissect } from './support/fenced-blocks.ts'
import { headingOf, linksIn } from './support/links.ts'
import { pageOf } from './support/markdown-files.ts'

const english = dissect(pageOf('README.md'))
const japanese = dissect(pageOf('README.ja.md'))
type Dissected = typeof english

describe('README.ja.md says what README.md says', () => {
  test('under as many headings of the same levels', () => {
    const levels = ({ prose }: Dissected) => prose.flatMap(line => headingOf(line)?.level ?? [])
    expect(levels(japanese)).toEqual(levels(english))
  })

  test('with the same blocks to copy', () => {
    const blocks = ({ blocks }: Dissected) => blocks.map(({ language, text }) => ({ language, text }))
    expect(blocks(japanese)).toEqual(blocks(english))
  })

  test('with the same links, but for those to each other', () => {
    const targets = ({ prose }: Dissected) =>
      linksIn(prose)
        .map(({ target }) => target)
        .filter(target => !/^README(\.ja)?\.md$/.test(target))
    expect(targets(japanese)).toEqual(targets(english))
  })

  test('with the same commands and names in its text, and the same tables', () => {
    const codes = ({ prose }: Dissected) => prose.flatMap(line => [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code)).toSorted()
    expect(codes(japanese)).toEqual(codes(english))
    const cells = ({ prose }: Dissected) => prose.filter(line => line.startsWith('|')).map(line => line.split('|').length)
    expect(cells(japanese)).toEqual(cells(english))
  })

  test('with the same figures where something was measured', () => {
    const figures = ({ prose }: Dissected) =>
      prose
        .join('\n')
        .match(/\*\*[^*]+\*\*/g)
        ?.flatMap(bold => bold.match(/\d+(?:\.\d+)*/g) ?? [])
    expect(figures(japanese)).toEqual(figures(english))
  })
})
