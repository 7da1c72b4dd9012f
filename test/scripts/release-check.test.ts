import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkInstalledLicences } from '../../scripts/release-check/installed-licences.ts'
import { checkVersion } from '../../scripts/release-check/version.ts'

const root = join(import.meta.dirname, '../..')
const unreleased = '# Changelog\n\n## Unreleased\n\n### Added\n\n- Something.\n'
const released = '# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-12-01\n\n- Something.\n\n## 1.1.0 - 2026-11-01\n\n- Else.\n'

describe('the version of a release', () => {
  test('is the same everywhere', () => {
    expect(checkVersion({ version: '1.2.0', locked: '1.2.0', changelog: released, tag: 'v1.2.0' })).toContain('says what is in it')
  })

  test('may stand under Unreleased while there is no tag', () => {
    expect(checkVersion({ version: '1.2.0', locked: '1.2.0', changelog: unreleased })).toContain('a release would need')
  })

  test.each([
    ['a lock file of another version', { locked: '1.1.0', changelog: released }, /package-lock\.json says 1\.1\.0/],
    ['another tag', { changelog: released, tag: 'v1.3.0' }, /the tag is v1\.3\.0/],
    ['a tag, and no section', { changelog: unreleased, tag: 'v1.2.0' }, /the first section after Unreleased is none, not 1\.2\.0/],
    ['an older section only', { changelog: released.replace(/## 1\.2\.0[^#]*/, ''), tag: 'v1.2.0' }, /is 1\.1\.0, not 1\.2\.0/],
    ['a section without its date', { changelog: released.replace(' - 2026-12-01', '') }, /needs its date/],
    ['an empty section', { changelog: '## 1.2.0 - 2026-12-01\n\n## 1.1.0 - 2026-11-01\n\n- Else.\n' }, /nothing under 1\.2\.0/],
    ['nothing at all', { changelog: '# Changelog\n\n## Unreleased\n' }, /nothing under Unreleased/],
  ])('is refused with %s', (_, given, message) => {
    expect(() => checkVersion({ version: '1.2.0', locked: '1.2.0', ...given })).toThrow(message)
  })

  test('of this repository would pass', () => {
    const read = (path: string) => readFileSync(join(root, path), 'utf8')
    const { version } = JSON.parse(read('package.json'))
    expect(checkVersion({ version, locked: JSON.parse(read('package-lock.json')).version, changelog: read('CHANGELOG.md') })).toContain(
      version,
    )
  })
})

test('what an installation brings along is under licences that were agreed to', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  expect(checkInstalledLicences(packages)).toBeGreaterThan(10)
  const foreign = {
    'node_modules/a': { version: '1.0.0', license: 'GPL-3.0-only' },
    'node_modules/b': { license: 'GPL-3.0-only', dev: true },
  }
  expect(() => checkInstalledLicences(foreign)).toThrow(/a 1\.0\.0: GPL-3\.0-only$/)
})
