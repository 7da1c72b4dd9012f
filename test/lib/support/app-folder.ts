import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appFolder, bundleFile } from '../../../lib/app-folder.ts'
import { softwareBill } from '../../../scripts/build/software-bill.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** The app's folder as it is after a build, with another bundle (`null`: without one): these tests need no build. */
export function stubAppFolder({ bundle = 'console.log("a registry")\n' }: { bundle?: string | null } = {}): string {
  const real = (name: string) => readFileSync(join(appFolder(), name), 'utf8')
  return temporaryFolder({
    '.dockerignore': real('.dockerignore'),
    Dockerfile: real('Dockerfile'),
    'container.yml': real('container.yml'),
    ...(bundle === null ? {} : { [bundleFile]: bundle }),
    'dist/registry-copy.mjs': 'export {}\n',
    'dist/registry-tracing.mjs': 'export {}\n',
    ...Object.fromEntries(['registry', 'registry-copy', 'registry-tracing'].map(name => [`dist/${name}.cdx.json`, bill(name)])),
    'src/main.ts': 'what must not get into an image\n',
  })
}

/** Of a package that all programs have, and one of its own. */
function bill(name: string): string {
  const packages = ['shared', `only-${name}`].map(each => ({ name: each, version: '1.0.0', license: 'MIT', path: `node_modules/${each}` }))
  const integrity = `sha512-${Buffer.alloc(64).toString('base64')}`
  const locked = Object.fromEntries(packages.map(({ path }) => [path, { integrity }]))
  return JSON.stringify(softwareBill({ version: '0.1.0', code: name, packages, lock: { packages: locked } }))
}
