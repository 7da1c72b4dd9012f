import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { dissect } from './support/fenced-blocks.ts'
import { anchorsIn, linksIn } from './support/links.ts'
import { type Page, pages, root } from './support/markdown-files.ts'

const anchors = new Map(pages.map(page => [page.file, anchorsIn(dissect(page).prose)]))

/** What is wrong with a link, if anything. */
function complaint({ file }: Page, target: string): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) {
    // Nobody is asked: what is elsewhere may be away today, and this has to run without a network.
    if (!URL.canParse(target)) return 'is no URL'
    return /^(https|mailto):/.test(target) ? undefined : 'is neither https nor mailto'
  }
  const [path = '', anchor] = target.split('#')
  const named = path === '' ? file : normalize(join(dirname(file), decodeURIComponent(path)))
  if (named.startsWith('..')) return 'leads out of the repository'
  if (!existsSync(join(root, named))) return 'leads to no file'
  if (anchor === undefined) return undefined
  const known = anchors.get(named)
  if (!known) return 'has an anchor, and its target is no page'
  return known.has(decodeURIComponent(anchor)) ? undefined : `leads to no heading of ${named}`
}

test.each(pages.map(page => [page.file, page] as const))('every link of %s leads somewhere', (_, page) => {
  const links = linksIn(dissect(page).prose)
  const broken = links.flatMap(({ target, line }) => {
    const wrong = complaint(page, target)
    return wrong === undefined ? [] : [`${page.file}:${line}: ${target} ${wrong}`]
  })
  expect(broken).toEqual([])
})

test('a link that leads nowhere is found', () => {
  const page: Page = {
    file: 'docs/page.md',
    text: '# Two words: `code`, and more\n\n[a](none.md) [b](tls.md#none) [c](#two-words-code-and-more) `[d](e)`',
  }
  const { prose } = dissect(page)
  expect(linksIn(prose).map(({ target }) => target)).toEqual(['none.md', 'tls.md#none', '#two-words-code-and-more'])
  expect([...anchorsIn(prose)]).toEqual(['two-words-code-and-more'])
  expect(complaint(page, 'none.md')).toBe('leads to no file')
  expect(complaint(page, 'tls.md#none')).toBe('leads to no heading of docs/tls.md')
  expect(complaint(page, 'tls.md#certificates-by-acme')).toBeUndefined()
  expect(complaint(page, 'https://exa mple')).toBe('is no URL')
})
