import type { BundledPackage } from './bundled-packages.ts'

/** What may be passed on inside an Apache-2.0 file, as long as its text goes with it: that is in the notices. */
const allowed = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0', 'Unlicense'])

/** @throws Error that names each package whose licence nobody has agreed to */
export function refuseLicences(packages: readonly Pick<BundledPackage, 'name' | 'version' | 'license'>[]): void {
  const refused = packages.filter(({ license }) => !isAllowed(license))
  if (refused.length === 0) return
  const lines = refused.map(({ name, version, license }) => `  ${name} ${version}: ${license}`)
  throw new Error(
    `the bundle may not contain what is under these licences (scripts/build/licences.ts has those that it may):\n${lines.join('\n')}`,
  )
}

/** Of an SPDX expression: one of several that can be chosen, or all of those that hold together. What mixes both, a person has to read. */
function isAllowed(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1')
  if (/ OR /.test(plain) && / AND /.test(plain)) return false
  if (/ AND /.test(plain)) return plain.split(' AND ').every(license => allowed.has(license))
  return plain.split(' OR ').some(license => allowed.has(license))
}
