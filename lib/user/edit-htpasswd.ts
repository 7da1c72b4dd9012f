import type { BcryptHash } from '../../registry-app/src/auth/bcrypt-hash.ts'
import { htpasswdEntry } from '../../registry-app/src/auth/htpasswd.ts'

export interface Edited {
  readonly text: string
  /** Whether the user was there. */
  readonly found: boolean
}

/** The file's text with this user, in his old place or at the end. Everything else stays, letter by letter. */
export function withUser(text: string, name: string, hash: BcryptHash): Edited {
  const line = `${name}:${hash}`
  const { lines, ends } = linesOf(text)
  const at = lines.findIndex(each => isOf(each, name))
  if (at === -1) {
    const before = text === '' || text.endsWith('\n') ? text : `${text}\n`
    return { text: `${before}${line}\n`, found: false }
  }
  // Of two lines the later would count.
  const kept = lines.flatMap((each, index) => (index === at ? [line + ends[index]] : isOf(each, name) ? [] : [each + ends[index]]))
  return { text: kept.join(''), found: true }
}

/** The file's text without this user. */
export function withoutUser(text: string, name: string): Edited {
  const { lines, ends } = linesOf(text)
  const kept = lines.flatMap((each, index) => (isOf(each, name) ? [] : [each + ends[index]]))
  return { text: kept.join(''), found: kept.length < lines.length }
}

const isOf = (line: string, name: string) => name !== '' && htpasswdEntry(line)?.name === name

/** With how each one ends: the last may not end at all. */
function linesOf(text: string): { lines: readonly string[]; ends: readonly string[] } {
  const matched = [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)].filter(([whole]) => whole !== '')
  return { lines: matched.map(([, line = '']) => line), ends: matched.map(([, , end = '']) => end) }
}
