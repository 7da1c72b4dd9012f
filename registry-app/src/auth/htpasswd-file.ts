import { readFile, stat } from 'node:fs/promises'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import { parseHtpasswd } from './htpasswd.ts'
import { hashedUsers, type Users } from './users.ts'

export interface HtpasswdFileOptions {
  path: string
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Milliseconds. */
  clock: () => number
}

/** Looked at so often while somebody signs in. Milliseconds. */
const every = 1000

/**
 * The users of an htpasswd file, which is read again when it has changed. A file that is gone, or cannot be read any more, takes nobody's access: it
 * is said, and those who were known stay.
 */
export function htpasswdFile({ path, warn, clock }: HtpasswdFileOptions): Users {
  const users = hashedUsers()
  let seen = ''
  let silent = false

  async function look(): Promise<void> {
    try {
      const version = await versionOf(path)
      if (version === seen) return
      const { users: found, complaints } = parseHtpasswd(await readFile(path, 'utf8'))
      users.replace(found)
      for (const complaint of complaints) warn(`${path}: ${complaint}`)
      seen = version
      silent = false
    } catch (error) {
      // With other users beside it, it may come later.
      if (seen === '' && isMissing(error)) return
      if (seen !== '' && !silent) warn(`${path} cannot be read; the users who were known stay`, { error })
      silent = true
      throw error
    }
  }

  return { ...users, fresh: keptFresh({ look, every, atMost: 2 * every, clock }) }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Changes with every change of the file, also where another takes its place. Nanoseconds: two may come within a moment. */
async function versionOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
  return [ino, size, mtimeNs, ctimeNs].join(' ')
}
