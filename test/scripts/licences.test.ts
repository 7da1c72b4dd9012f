import { expect, test } from 'vitest'
import { refuseLicences } from '../../scripts/build/licences.ts'

const under = (license: string) => [{ name: 'a', version: '1.0.0', license }]

test.each(['MIT', 'Apache-2.0', '0BSD', 'ISC', 'BSD-3-Clause', '(MIT OR GPL-3.0-only)', 'MIT AND BSD-2-Clause'])(
  'the bundle may contain what is under %s',
  license => {
    expect(() => refuseLicences(under(license))).not.toThrow()
  },
)

test.each([
  'GPL-3.0-only',
  'AGPL-3.0-or-later',
  'SSPL-1.0',
  'UNLICENSED',
  'SEE LICENSE IN x',
  'MIT AND GPL-2.0-only',
  'mit',
  '(MIT OR ISC) AND GPL-2.0-only',
])('what is under %s ends the build, by name', license => {
  expect(() => refuseLicences([...under('MIT'), { name: 'forbidden', version: '2.0.0', license }])).toThrow(`forbidden 2.0.0: ${license}`)
})
