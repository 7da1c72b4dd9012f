import { Spec, Validation } from '@cyclonedx/cyclonedx-library'
import { describe, expect, test } from 'vitest'
import { softwareBill } from '../../scripts/build/software-bill.ts'

const integrity = (letter: string) => `sha512-${Buffer.alloc(64, letter).toString('base64')}`
const hex = (letter: string) => Buffer.alloc(64, letter).toString('hex')

const packages = [
  { name: 'a', version: '1.0.0', license: 'MIT', path: 'node_modules/a' },
  { name: '@b/c', version: '2.0.0', license: '(MIT OR GPL-3.0-only)', path: 'node_modules/@b/c' },
  { name: 'a', version: '3.0.0', license: '0BSD', path: 'node_modules/@b/c/node_modules/a' },
]
const lock = {
  packages: {
    'node_modules/a': { integrity: integrity('a') },
    'node_modules/@b/c': { integrity: integrity('c'), dependencies: { a: '^3.0.0', 'not-bundled': '1' } },
    'node_modules/@b/c/node_modules/a': { integrity: integrity('x'), dependencies: { '@b/c': '2' } },
  },
}
const bill = softwareBill({ version: '0.1.0', code: 'the bundle', packages, lock })

const complaintsOf = (value: unknown) => new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(JSON.stringify(value))

describe('the bill of what is in the bundle', () => {
  test('is CycloneDX 1.6, by its own schema', async () => {
    expect(await complaintsOf(bill)).toBeNull()
  })

  test('would be refused by that schema with a licence or a field that it does not know', async () => {
    const [first] = bill.components
    expect(await complaintsOf({ ...bill, components: [{ ...first, licenses: [{ license: { id: 'Mine' } }] }] })).not.toBeNull()
    expect(await complaintsOf({ ...bill, unknown: true })).not.toBeNull()
  })

  test('names each package with its address, licence, and the hash that npm checks', () => {
    expect(bill.components).toMatchObject([
      { name: 'a', version: '1.0.0', purl: 'pkg:npm/a@1.0.0', licenses: [{ license: { id: 'MIT' } }], hashes: [{ content: hex('a') }] },
      {
        group: '@b',
        name: 'c',
        purl: 'pkg:npm/%40b/c@2.0.0',
        licenses: [{ expression: '(MIT OR GPL-3.0-only)' }],
        hashes: [{ content: hex('c') }],
      },
      { name: 'a', version: '3.0.0', purl: 'pkg:npm/a@3.0.0', hashes: [{ content: hex('x') }] },
    ])
  })

  test('says which of them need which, as Node.js would find them', () => {
    expect(bill.dependencies).toEqual([
      { ref: 'pkg:npm/bucket-registry@0.1.0', dependsOn: ['pkg:npm/a@1.0.0', 'pkg:npm/%40b/c@2.0.0', 'pkg:npm/a@3.0.0'] },
      { ref: 'pkg:npm/a@1.0.0', dependsOn: [] },
      { ref: 'pkg:npm/%40b/c@2.0.0', dependsOn: ['pkg:npm/a@3.0.0'] },
      { ref: 'pkg:npm/a@3.0.0', dependsOn: ['pkg:npm/%40b/c@2.0.0'] },
    ])
  })

  test('is not made for what the lock file does not know', () => {
    expect(() => softwareBill({ version: '0.1.0', code: '', packages, lock: { packages: {} } })).toThrow('no sha512 of a@1.0.0')
  })
})
