import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './package-root.ts'
import { UsageError } from './usage-error.ts'

/** The registry app as this package ships it: a Dockerfile and what it copies. */
export const appFolder = (): string => join(packageRoot(), 'registry-app')

/** The app as one file, that any Node.js from 22 on runs; made by `npm run build`. Below the app's folder. */
export const bundleFile = 'dist/registry.mjs'

/**
 * The files that the image is built from, relative to `folder`: those that its `.dockerignore` lets in, so that there is one list.
 *
 * @throws UsageError if one of them is missing
 */
export function imageFiles(folder: string): readonly string[] {
  const files = readFileSync(join(folder, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line.startsWith('!'))
    .map(line => line.slice(1).trim())
    .toSorted()
  for (const file of files) requireFile(folder, file)
  return files
}

/** @throws UsageError, which says how the file is made */
export function requireFile(folder: string, file: string): string {
  const path = join(folder, file)
  if (!existsSync(path)) throw new UsageError(`${file} is missing in ${folder}: npm run build makes it`)
  return path
}
