import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { guidesTo } from '../../../registry-app/src/config/guides.ts'

test.each([
  ['storage.s3.bucket', 'docs/providers.md'],
  ['proxy.upstreams.0.remoteurl', 'docs/pull-through-cache.md'],
  ['ui.prices', 'docs/page.md'],
  ['log.audit.path', 'docs/notifications.md'],
  ['policy.quotas.0.limit', 'docs/policies.md'],
])('a mistake in %s leads to %s, and to the list of all keys', (path, page) => {
  expect(guidesTo([path], 'docs/configuration.md')).toBe(`see ${page}, docs/configuration.md`)
  expect(existsSync(join(import.meta.dirname, '../../..', page))).toBe(true)
})

test('a section without a page of its own leads to the list of all keys, once', () => {
  expect(guidesTo(['catalog.maxentries', 'http.addr'], 'docs/configuration.md')).toBe('see docs/configuration.md')
})
