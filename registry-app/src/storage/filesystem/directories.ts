import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import { close, failedWith, fsync, mkdir, mkdirs, open, rmdir } from './calls.ts'

/** The folders below the root: made when an object needs them, durable before it is acknowledged, gone when the last object goes. */
export interface Directories {
  /** Sees to it that the folder is there; `sync` makes it durable. */
  ensure(path: string): Promise<void>
  /**
   * Makes durable what was renamed into the folder, or removed from it, and the folder itself with those above it: one commit of the journal
   * for all of them, where a commit after each `mkdir` would be three.
   */
  sync(path: string): Promise<void>
  /** Takes the folder away if it is empty, and those above it likewise, up to the root. Durable when it returns. */
  prune(path: string): Promise<void>
  /** The folder went away under us: another process pruned it. */
  forget(path: string): void
}

export function directories(root: string): Directories {
  /** Folders that are there, and whether their own entry is known to be durable. Only a cache: not to know costs a mkdir and an fsync. */
  const known = new LRUCache<string, { durable: boolean }>({ max: 10_000 })
  const syncing = new Map<string, { running: Promise<void>; next?: Promise<void> }>()

  async function ensure(path: string): Promise<void> {
    if (known.has(path)) return
    if (path !== root) await ensure(dirname(path))
    try {
      if (path === root) await mkdirs(path)
      else await mkdir(path)
    } catch (error) {
      // Nothing above the root is ours to make out of date: there it means that the root cannot be made, such as a link into a volume that is not mounted.
      if (path !== root && failedWith(error, 'ENOENT')) {
        // What we knew of the folder above was out of date.
        forget(dirname(path))
        return ensure(path)
      }
      // Somebody else's is not known to be durable either.
      if (!failedWith(error, 'EEXIST')) throw error
    }
    if (!known.has(path)) known.set(path, { durable: false })
  }

  async function sync(path: string): Promise<void> {
    await syncEntries(path)
    for (let folder = path; folder !== root; folder = dirname(folder)) {
      // The entry as it is now: one that is pruned and made again meanwhile is another.
      const entry = known.get(folder)
      if (entry?.durable) return
      await syncEntries(dirname(folder))
      if (entry) entry.durable = true
    }
  }

  /** One fsync serves all that asked for it before it began: eight pushes at once share theirs. */
  function syncEntries(path: string): Promise<void> {
    const current = syncing.get(path)
    if (!current) {
      const running = fsyncDirectory(path).finally(() => {
        if (syncing.get(path)?.running === running) syncing.delete(path)
      })
      syncing.set(path, { running })
      return running
    }
    current.next ??= current.running
      .catch(() => {})
      .then(() => {
        syncing.delete(path)
        return syncEntries(path)
      })
    return current.next
  }

  async function prune(path: string): Promise<void> {
    let folder = path
    while (folder !== root) {
      try {
        await rmdir(folder)
      } catch (error) {
        if (failedWith(error, 'ENOTEMPTY', 'EEXIST')) break
        if (!failedWith(error, 'ENOENT')) throw error
      }
      forget(folder)
      folder = dirname(folder)
    }
    try {
      await sync(folder)
    } catch (error) {
      if (!failedWith(error, 'ENOENT')) throw error
    }
  }

  function forget(path: string) {
    known.delete(path)
  }

  return { ensure, sync, prune, forget }
}

async function fsyncDirectory(path: string): Promise<void> {
  const fd = await open(path, 'r')
  try {
    await fsync(fd)
  } finally {
    close(fd)
  }
}
