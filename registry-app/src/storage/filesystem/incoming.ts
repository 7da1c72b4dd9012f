import { dirname, join } from 'node:path'
import { close, failedWith, fsync, isAbsent, link, open, readdir, rename, stat, unlink, unlinkAtOnce } from './calls.ts'
import type { Directories } from './directories.ts'
import { incomingFolder } from './keys.ts'

/**
 * How an object comes to be: written under a name of its own in `.incoming`, made durable, then given its key in one step.
 *
 * A crash leaves the old object or the new one, and at worst a file in `.incoming`, which `sweep` takes away.
 */
export interface Incoming {
  /** @param write fills the file; if it or `key` throws, nothing is left behind */
  replace(write: (fd: number) => Promise<void>, key: () => Promise<string>): Promise<void>
  /** The same, unless the path is taken. @returns whether it was free */
  create(write: (fd: number) => Promise<void>, path: string): Promise<boolean>
  sweep(): Promise<void>
}

export interface IncomingOptions {
  root: string
  directories: Directories
  randomName: () => string
  now: () => Date
}

/** A folder can be pruned between its making and its use again and again only if something is very wrong. */
const attempts = 10

/** No writer is silent for so long: bodies that stall are given up after a minute. Milliseconds. */
const abandonedAfter = 60 * 60 * 1000

export function incoming({ root, directories, randomName, now }: IncomingOptions): Incoming {
  const folder = join(root, incomingFolder)

  /** `finish` gets the path of the durable file and moves or links it away. */
  async function through<Result>(write: (fd: number) => Promise<void>, finish: (path: string) => Promise<Result>): Promise<Result> {
    const path = join(folder, randomName())
    const fd = await openNew(path)
    try {
      try {
        await write(fd)
        await fsync(fd)
      } finally {
        close(fd)
      }
      return await finish(path)
    } catch (error) {
      await remove(path)
      throw error
    }
  }

  async function openNew(path: string): Promise<number> {
    for (let attempt = 1; ; attempt += 1) {
      await directories.ensure(folder)
      try {
        return await open(path, 'wx', 0o644)
      } catch (error) {
        if (!failedWith(error, 'ENOENT') || attempt === attempts) throw error
        directories.forget(folder)
      }
    }
  }

  /** Moves by `move`, making the folder (again) where it is missing: a deletion may have pruned it a moment ago. */
  async function into(path: string, move: () => Promise<void>): Promise<void> {
    const parent = dirname(path)
    for (let attempt = 1; ; attempt += 1) {
      await directories.ensure(parent)
      try {
        await move()
        break
      } catch (error) {
        if (!failedWith(error, 'ENOENT') || attempt === attempts) throw error
        directories.forget(parent)
      }
    }
    try {
      await directories.sync(parent)
    } catch (error) {
      // Only somebody who deleted the object since can have taken its folder away.
      if (!failedWith(error, 'ENOENT')) throw error
    }
  }

  return {
    replace: (write, key) =>
      through(write, async from => {
        const path = await key()
        await into(path, () => rename(from, path))
      }),

    create: (write, path) =>
      through(write, async from => {
        try {
          await into(path, () => link(from, path))
          return true
        } catch (error) {
          if (failedWith(error, 'EEXIST')) return false
          throw error
        } finally {
          await remove(from)
        }
      }),

    async sweep() {
      for (const name of await names(folder)) {
        const path = join(folder, name)
        const modified = await modifiedAt(path)
        if (modified && now().getTime() - modified.getTime() > abandonedAfter) await remove(path)
      }
    },
  }
}

async function names(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map(entry => entry.name)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

async function modifiedAt(path: string): Promise<Date | undefined> {
  try {
    return (await stat(path)).mtime
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** @returns whether it is gone */
export function removeAtOnce(path: string): boolean {
  try {
    unlinkAtOnce(path)
    return true
  } catch (error) {
    return isAbsent(error)
  }
}

export async function remove(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}
