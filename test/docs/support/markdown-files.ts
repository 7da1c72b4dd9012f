import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

/** A page of the documentation. */
export interface Page {
  /** Its path from the repository's root. */
  readonly file: string
  readonly text: string
}

/** Every page that is there for people to read, by its path. */
export const pages: readonly Page[] = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root })
  .toSorted()
  .map(file => ({ file, text: readFileSync(join(root, file), 'utf8') }))

export function pageOf(file: string): Page {
  const found = pages.find(page => page.file === file)
  if (!found) throw new Error(`there is no page ${file}`)
  return found
}
