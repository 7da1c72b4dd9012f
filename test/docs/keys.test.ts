import { expect, test } from 'vitest'
import { dissect } from './support/fenced-blocks.ts'
import { pageOf, pages } from './support/markdown-files.ts'

/** What stands between backquotes on a page, with its line. */
const codesOf = (file: string) =>
  dissect(pageOf(file)).prose.flatMap((line, index) =>
    [...line.matchAll(/`([^`]+)`/g)].map(([, code = '']) => ({ where: `${file}:${index + 1}`, code })),
  )

/** Every key, and every section on the way to one: both pages are written by the schemas. */
const references = ['docs/configuration.md', 'docs/environments.md']
const known = new Set(
  references
    .flatMap(codesOf)
    .filter(({ code }) => /^[a-z0-9]+(\.[\w-]+)*$/i.test(code))
    .flatMap(({ code }) => code.split('.').map((_, index, steps) => steps.slice(0, index + 1).join('.'))),
)

/** Names of fields in the log, as Distribution has them, and a host. */
const others = /^(auth\.user\.|http\.(request|response)\.|storage\.googleapis\.com$)/

const sections =
  /^(access|auth|certificate|dns|groups|health|host|http|image|log|monitoring|network|notifications|policy|state|storage|validation)\./

test.each(pages.map(({ file }) => file).filter(file => !references.includes(file)))('every key that %s names is one', file => {
  const named = codesOf(file).map(({ where, code }) => ({ where, key: code.replace(/[:=].*$/s, '') }))
  const wrong = named.filter(({ key }) => sections.test(key) && /^[\w.-]+$/.test(key) && !known.has(key) && !others.test(key))
  expect(wrong).toEqual([])
})

test('the keys of both are known, and others are not', () => {
  for (const key of ['storage.redirect.disable', 'certificate.by', 'http.tls.letsencrypt', 'auth.silly']) expect(known).toContain(key)
  for (const key of ['storage.redirect.enabled', 'certificate.from']) expect(known).not.toContain(key)
})
