import { dirname, join, resolve } from 'node:path'
import { inParallel } from '../../concurrency/in-parallel.ts'
import type { Key, ListPage, ObjectInfo, StorageDriver, StoredObject } from '../driver.ts'
import { close, fstat, isAbsent, open, stat, write } from './calls.ts'
import { takeCollectorsPlace } from './collector-socket.ts'
import { directories } from './directories.ts'
import { incoming, remove, removeAtOnce } from './incoming.ts'
import { isKey, isPrefix } from './keys.ts'
import { readSmall } from './small-files.ts'
import { readStream, writeStream } from './stream.ts'
import { type Entry, walk } from './walk.ts'

export interface FilesystemOptions {
  /** The folder that holds `docker/registry/v2`; made if it is not there. */
  rootdirectory: string
  /** For the names of files that are being written: never the same twice, in any process. */
  randomName: () => string
  now: () => Date
  /** How many entries a page of a listing has. @default 1000, as a bucket's */
  pageSize?: number | undefined
}

/** How many files are touched at once on behalf of one call. */
const breadth = 16

/** Objects as files in Distribution's on-disk layout: an existing folder is served as it stands, and can be taken back. */
export function filesystemDriver({ rootdirectory, randomName, now, pageSize = 1000 }: FilesystemOptions): StorageDriver {
  const root = resolve(rootdirectory)
  const folders = directories(root)
  const arrivals = incoming({ root, directories: folders, randomName, now })

  /** A key has nothing in it that `join` would have to resolve. */
  const base = join(root, '/')

  const pathOf = (key: Key) => {
    if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is no key`)
    return base + key
  }

  const driver: StorageDriver = {
    async stat(key) {
      const info = await statOf(pathOf(key))
      return info?.isFile() ? { size: info.size, modified: info.mtime } : undefined
    },

    async get(key, { range } = {}) {
      const fd = await openToRead(pathOf(key))
      if (fd === undefined) return undefined
      return stored(fd, range?.first ?? 0, range?.last)
    },

    read: (key, { limit }) => readSmall(pathOf(key), limit),

    async put(key, content) {
      const path = pathOf(key)
      await arrivals.replace(
        fd => write(fd, content),
        async () => path,
      )
    },

    async putIfAbsent(key, content) {
      const path = pathOf(key)
      if (await statOf(path)) return false
      return arrivals.create(fd => write(fd, content), path)
    },

    async store(body, key) {
      let size = 0
      let named: Key = ''
      await arrivals.replace(
        async fd => {
          size = await writeStream(fd, body)
        },
        async () => {
          named = typeof key === 'string' ? key : await key()
          return pathOf(named)
        },
      )
      return { key: named, size }
    },

    async compose(sources, key) {
      await driver.store(joined(driver, sources, key), key)
    },

    async *list(prefix, { delimiter, startAfter = '' } = {}) {
      if (!isPrefix(prefix)) throw new Error(`${JSON.stringify(prefix)} is no prefix of keys`)
      let page: Entry[] = []
      for await (const entry of walk(root, prefix, delimiter, startAfter)) {
        page.push(entry)
        if (page.length === pageSize) {
          yield await described(page)
          page = []
        }
      }
      yield await described(page)
    },

    async delete(keys) {
      const paths = keys.map(pathOf)
      await inParallel(paths, breadth, remove)
      await prune(paths)
    },

    async time() {
      return { earliest: now().getTime(), latest: now().getTime() }
    },

    async deleteUntil(keys, deadline) {
      const gone = new Set<Key>()
      for (const key of keys) {
        // In one breath with the look at the clock: whoever stops this process stops it before or after both.
        if (now().getTime() <= deadline && removeAtOnce(pathOf(key))) gone.add(key)
      }
      await prune([...gone].map(pathOf))
      return gone
    },

    takeCollectorsPlace: () => takeCollectorsPlace(root),
    sweep: () => arrivals.sweep(),
  }

  async function prune(paths: readonly string[]) {
    await inParallel([...new Set(paths.map(path => dirname(path)))], breadth, folder => folders.prune(folder))
  }

  /** A file may go between the walk and the look: then it is not listed. */
  async function described(entries: Entry[]): Promise<ListPage> {
    const objects: (ObjectInfo & { key: Key })[] = []
    const files = entries.filter(entry => !entry.folded)
    const infos = await inParallel(files, breadth, ({ key }) => driver.stat(key))
    for (const [index, { key }] of files.entries()) {
      const info = infos[index]
      if (info) objects.push({ key, ...info })
    }
    return { objects, prefixes: entries.filter(entry => entry.folded).map(entry => entry.key) }
  }

  return driver
}

async function statOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

async function openToRead(path: string): Promise<number | undefined> {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

async function stored(fd: number, first: number, last: number | undefined): Promise<StoredObject | undefined> {
  try {
    const info = await fstat(fd)
    if (!info.isFile()) {
      close(fd)
      return undefined
    }
    const end = last === undefined ? info.size : Math.min(info.size, last + 1)
    let taken = false
    const body = {
      [Symbol.asyncIterator]() {
        taken = true
        return readStream(fd, first, end)
      },
    }
    return {
      size: info.size,
      modified: info.mtime,
      body,
      close: async () => {
        if (taken) return
        // Closed twice, the descriptor would be another file's by then.
        taken = true
        close(fd)
      },
    }
  } catch (error) {
    close(fd)
    throw error
  }
}

async function* joined(driver: StorageDriver, sources: readonly Key[], key: Key) {
  for (const source of sources) {
    const object = await driver.get(source)
    if (!object) throw new Error(`${source} is not there to be joined into ${key}`)
    yield* object.body
  }
}
