import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Metafile } from 'esbuild'

export interface BundledPackage {
  name: string
  version: string
  /** The SPDX expression of its package.json. */
  license: string
  /** Its licence files' texts, and its notice's, which the Apache licence wants passed on too. */
  texts: string[]
  /** Where it lies, from the repository's root: its key in the lock file. */
  path: string
}

/** What esbuild took from `node_modules` and kept at least a byte of, by name. */
export async function bundledPackages(metafiles: readonly Metafile[], root: string): Promise<BundledPackage[]> {
  const inputs = metafiles.flatMap(({ outputs }) => Object.values(outputs)).flatMap(({ inputs }) => Object.entries(inputs))
  const folders = new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([path]) => packageFolder(path) ?? []))
  const packages = await Promise.all([...folders].map(folder => readPackage(join(root, folder), root)))
  return packages.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` belongs to the innermost package. */
function packageFolder(path: string) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]
}

async function readPackage(folder: string, root: string): Promise<BundledPackage> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  if (!name || !version || !license) throw new Error(`${folder}/package.json lacks a name, a version or a licence`)
  const files = (await readdir(folder)).filter(file => /^(licen[cs]e|copying|notice)/i.test(file)).sort()
  const texts =
    files.length > 0 ? await Promise.all(files.map(file => readFile(join(folder, file), 'utf8'))) : [await textOf(license, folder, root)]
  if (!texts.every(text => text !== undefined)) throw new Error(`${name} has no licence text that could be passed on`)
  return { name, version, license, texts: texts.map(text => text.trim()), path: relative(root, folder) }
}

/**
 * Some packages name their licence and bring no file of it. That of the Apache licence is the same everywhere, and this project's own; others have it
 * at the end of what introduces them.
 */
async function textOf(license: string, folder: string, root: string): Promise<string | undefined> {
  if (license === 'Apache-2.0') return readFile(join(root, 'LICENSE'), 'utf8')
  const [, text] = (await readFile(join(folder, 'README.md'), 'utf8')).split(/^(?:#+ *licen[cs]e *|licen[cs]e *\n-+)$/im)
  return text?.includes('Copyright') ? text : undefined
}
