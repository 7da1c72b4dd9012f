import { type FileHandle, open, readFile, realpath, rename, rm } from 'node:fs/promises'
import { htpasswdEntry } from '../../registry-app/src/auth/htpasswd.ts'
import { UsageError } from '../usage-error.ts'
import { type Edited, withoutUser, withUser } from './edit-htpasswd.ts'
import type { UserStore } from './user-store.ts'

/** The users of an htpasswd file. */
export function htpasswdStore(path: string): UserStore {
  return {
    known: 'to the registry within seconds',
    async list() {
      const text = await readFile(path, 'utf8')
      return [...new Set(text.split(/\r?\n/).flatMap(line => htpasswdEntry(line)?.name || []))].toSorted()
    },
    put: (name, hash) => replace(path, text => withUser(text ?? '', name, hash)),
    remove: name => replace(path, text => (text === undefined ? { text: '', found: false } : withoutUser(text, name))),
  }
}

/**
 * Replaces the file whole, with its mode and owner, so that a registry never reads half of it. The new one beside it keeps others from changing
 * the file meanwhile, as git does it.
 *
 * @param edit is given `undefined` where there is no file
 */
async function replace(link: string, edit: (text: string | undefined) => Edited): Promise<boolean> {
  // A link stays one.
  const path = await realpath(link).catch(error => unless('ENOENT', error, link))
  const beside = `${path}.lock`
  const lock = await open(beside, 'wx', 0o600).catch(error => unless('EEXIST', error, undefined))
  if (!lock) throw new UsageError(`${beside} is there: somebody else changes the file, or was interrupted; delete it in that case`)
  try {
    const file = await open(path, 'r').catch(error => unless('ENOENT', error, undefined))
    const before = await file?.readFile('utf8')
    const { text, found } = edit(before)
    if (file) await takeOver(file, lock)
    await lock.writeFile(text)
    await lock.sync()
    if (text !== (before ?? '')) await rename(beside, path)
    return found
  } finally {
    await lock.close()
    await rm(beside, { force: true })
  }
}

/** Mode and owner, as far as this user may give a file away. */
async function takeOver(from: FileHandle, to: FileHandle): Promise<void> {
  const { mode, uid, gid } = await from.stat()
  await from.close()
  await to.chown(uid, gid).catch(error => unless('EPERM', error, undefined))
  await to.chmod(mode & 0o7777)
}

function unless<Value>(code: string, error: unknown, value: Value): Value {
  if (error instanceof Error && 'code' in error && error.code === code) return value
  throw error
}
