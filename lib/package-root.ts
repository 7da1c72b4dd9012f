import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder of this package: the checkout, or `node_modules/bucket-registry`.
 *
 * Looked for, since compiled files lie deeper than their sources.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'registry-app', 'Dockerfile'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`no registry-app/Dockerfile above ${import.meta.dirname}: this package is not complete`)
    folder = parent
  }
  return folder
}
