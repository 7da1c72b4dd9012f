import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { seedConfig } from '../e2e/s3-docker/seed-config.ts'
import { dissect } from './support/fenced-blocks.ts'
import { headingOf, linksIn } from './support/links.ts'
import { pageOf, pages } from './support/markdown-files.ts'

/** The files that a page leads to. */
const ledTo = (file: string) =>
  linksIn(dissect(pageOf(file)).prose).map(({ target }) => normalize(join(dirname(file), target.split('#')[0] ?? '')))

test('every guide is in the index', () => {
  const guides = pages.map(({ file }) => file).filter(file => file.startsWith('docs/') && file !== 'docs/README.md')
  expect(guides.filter(file => !ledTo('docs/README.md').includes(file))).toEqual([])
})

test('every page has one title, and no heading skips a level', () => {
  for (const page of pages) {
    const levels = dissect(page).prose.flatMap(line => headingOf(line)?.level ?? [])
    expect(
      levels.filter(level => level === 1),
      page.file,
    ).toEqual([1])
    expect(
      levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1),
      page.file,
    ).toEqual([])
  }
})

test('the walk-through has the configuration that the project began with, word for word', () => {
  const files = dissect(pageOf('docs/walkthrough.md')).blocks.filter(({ language }) => language === 'yaml')
  expect(files.map(({ text }) => `${text}\n`)).toEqual([seedConfig.replaceAll('****', '…')])
})
