import { dirname } from 'node:path'
import { LRUCache } from 'lru-cache'
import { close, failedWith, fsync, mkdir, open, rmdir } from './calls.ts'

/** The folders below the root: made when an object needs them, durable before it is acknowledged, gone when the last object goes. */
export interface Directories {
  /** Sees to it that the folder is there, and that a crash cannot take it or those above it. */
  ensure(path: string): Promise<void>
  /** Makes the folder's own entries durable: what was renamed into it, or removed from it. */
  sync(path: string): Promise<void>
  /** Takes the folder away if it is empty, and those above it likewise, up to the root. Durable when it returns. */
  prune(path: string): Promise<void>
  /** The folder went away under us: another process pruned it. */
  forget(path: string): void
}

export function directories(root: string): Directories {
  /** Folders whose own entry in their parent is known to be durable. Only a cache: asking again costs a mkdir and an fsync. */
  const durable = new LRUCache<string, true>({ max: 10_000 })
  const making = new Map<string, Promise<void>>()
  const syncing = new Map<string, { running: Promise<void>; next?: Promise<void> }>()

  async function make(path: string): Promise<void> {
    for (;;) {
      if (path !== root) await ensure(dirname(path))
      try {
        await mkdir(path, path === root ? { recursive: true } : undefined)
      } catch (error) {
        if (failedWith(error, 'ENOENT')) {
          forget(dirname(path))
          continue
        }
        if (!failedWith(error, 'EEXIST')) throw error
      }
      try {
        await sync(dirname(path))
      } catch (error) {
        // The folder above the root may be nobody's to open; a parent that was pruned meanwhile is made again.
        if (failedWith(error, 'ENOENT')) continue
        if (path !== root || !failedWith(error, 'EACCES', 'EPERM')) throw error
      }
      durable.set(path, true)
      return
    }
  }

  function ensure(path: string): Promise<void> {
    if (durable.has(path)) return Promise.resolve()
    const running = making.get(path)
    if (running) return running
    const made = make(path).finally(() => making.delete(path))
    making.set(path, made)
    return made
  }

  /** One fsync serves all that asked for it before it began: eight pushes at once share theirs. */
  function sync(path: string): Promise<void> {
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
        return sync(path)
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
    durable.delete(path)
  }

  return { ensure, sync, prune, forget }
}

async function fsyncDirectory(path: string): Promise<void> {
  const fd = await open(path, 'r')
  try {
    await fsync(fd)
  } finally {
    await close(fd)
  }
}
