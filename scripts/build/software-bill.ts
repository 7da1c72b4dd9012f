import { createHash } from 'node:crypto'
import type { BundledPackage } from './bundled-packages.ts'

/** What is read of `package-lock.json`. */
export interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>
}

interface LockedPackage {
  readonly integrity?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

export interface BillOptions {
  version: string
  /** The bundle, as it is written. */
  code: string
  packages: readonly Pick<BundledPackage, 'name' | 'version' | 'license' | 'path'>[]
  lock: LockFile
}

/**
 * The bill of what the bundle contains, as scanners for known flaws read it: CycloneDX 1.6 (ECMA-424). It has neither a time nor a random number,
 * so that the same sources give the same bill.
 */
export function softwareBill({ version, code, packages, lock }: BillOptions) {
  const app = `pkg:npm/bucket-registry@${version}`
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': app,
        name: 'bucket-registry',
        version,
        purl: app,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: createHash('sha256').update(code).digest('hex') }],
      },
    },
    components: packages.map(each => component(each, lock)),
    dependencies: [
      // Whatever the app imports itself, and whatever that brought along: it is all in the one file.
      { ref: app, dependsOn: packages.map(purl) },
      ...packages.map(each => ({ ref: purl(each), dependsOn: needs(each.path, packages, lock).map(purl) })),
    ],
  }
}

type Package = BillOptions['packages'][number]

function component(bundled: Package, lock: LockFile) {
  const { name, version, license, path } = bundled
  const [group, own] = name.startsWith('@') ? name.split('/') : [undefined, name]
  return {
    type: 'library',
    'bom-ref': purl(bundled),
    ...(group === undefined ? {} : { group }),
    name: own,
    version,
    purl: purl(bundled),
    licenses: [/ (OR|AND) /.test(license) ? { expression: license } : { license: { id: license } }],
    hashes: hashes(lock.packages[path]?.integrity, `${name}@${version}`),
  }
}

/** The `@` of a scope is written `%40` (package-url specification). */
const purl = ({ name, version }: Package) => `pkg:npm/${name.replace(/^@/, '%40')}@${version}`

/** What npm checked the package's archive against. */
function hashes(integrity: string | undefined, what: string) {
  const found = /^sha512-(.+)$/.exec(integrity ?? '')?.[1]
  if (!found) throw new Error(`package-lock.json has no sha512 of ${what}`)
  return [{ alg: 'SHA-512', content: Buffer.from(found, 'base64').toString('hex') }]
}

/** Those of its dependencies that are in the bundle too, found as Node.js finds them: from its own folder upwards. */
function needs(path: string, packages: readonly Package[], lock: LockFile): Package[] {
  return Object.keys(lock.packages[path]?.dependencies ?? {}).flatMap(name => {
    for (let folder: string | undefined = path; folder !== undefined; folder = parent(folder)) {
      const found = packages.find(each => each.path === `${folder === '' ? '' : `${folder}/`}node_modules/${name}`)
      if (found) return [found]
    }
    return []
  })
}

/** The package, or the root, in whose `node_modules` this lies. */
function parent(path: string): string | undefined {
  if (path === '') return undefined
  const at = path.lastIndexOf('node_modules/')
  return at <= 0 ? '' : path.slice(0, at - 1)
}
