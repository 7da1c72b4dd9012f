import type { Complaint } from './complaint.ts'
import { readYaml } from './read-yaml.ts'
import type { KnownKey } from './schema/known-keys.ts'
import type { Tree } from './tree.ts'
import { whyUnreadable } from './why-unreadable.ts'

export interface ValueFile {
  readonly path: string
  /** Which names the file. */
  readonly variable: string
  readonly key: KnownKey
  readonly readFile: (path: string) => string
}

/**
 * What a file holds that a variable names in place of a value. Text is taken letter by letter, but for the line ends after it: no password needs
 * quotes. Anything else is YAML, as it would be in the variable.
 */
export function readValueFile({ path, variable, key, readFile }: ValueFile): { tree?: Tree; complaints: readonly Complaint[] } {
  const complaint = (message: string) => ({ complaints: [{ source: variable, path: '', message }] })
  let text: string
  try {
    text = readFile(path).replace(/[\r\n]+$/, '')
  } catch (error) {
    return complaint(`the file ${path}, which it names, cannot be read: ${whyUnreadable(error)}`)
  }
  if (text === '') return complaint(`the file ${path}, which it names, is empty`)
  if (key.kind !== 'scalar' || key.scalar !== 'text') return readYaml(text, path, { lines: true })
  return { tree: { kind: 'scalar', place: { source: path }, value: text, text, concealed: true }, complaints: [] }
}
