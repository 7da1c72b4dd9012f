import { createHash } from 'node:crypto'
import { notificationsPath } from '../../registry/paths.ts'
import type { Key, StorageDriver } from '../../storage/driver.ts'
import { isStale, type Owner, type Process } from './owner.ts'
import type { ChunkStore } from './queue.ts'

/**
 * The queues of all processes, as they are kept in the storage:
 *
 *   _registry/notifications/<process>/
 *   ├── owner                     whose they are; written again while he lives and keeps something here, gone when he has ended in order
 *   └── <endpoint>/<number>       a chunk of the queue for one endpoint: JSON, a line for each event
 *
 * What an owner leaves, who comes after him takes over: at once what was left in order, and else when its owner has been silent for long enough.
 */
export interface KeptQueues {
  storeFor(endpoint: string): ChunkStore
  /** Takes over what others have left: `take` is given the events of each chunk, and when it returns they must be kept anew. What it has no room for stays. */
  adopt(take: Take): Promise<void>
  /** To be called again and again while something is kept. */
  stayOwner(): Promise<void>
  /** What is kept is anybody's from now on. */
  release(): Promise<void>
}

/** @returns whether it took them */
export type Take = (endpoint: string, events: readonly string[]) => Promise<boolean>

export interface KeptQueuesOptions {
  driver: StorageDriver
  process: Process
  /** Names of the endpoints that are configured. */
  endpoints: readonly string[]
  now: () => Date
  sleep: (milliseconds: number) => Promise<void>
  /** There are events for endpoints that are not among them. */
  strangers: () => void
}

/** The largest chunk that is read, in bytes: what one holds, and one event beyond it, of a manifest with very many references. */
const chunkLimit = 32 * 1024 * 1024
/** How often an owner says that he lives, in milliseconds. */
const refreshAfter = 20_000
/** How long somebody else who wants the same has to say so. */
const settleTime = 1000

export function keptQueues({ driver, process, endpoints, now, sleep, strangers }: KeptQueuesOptions): KeptQueues {
  const own = `${notificationsPath}${process.instance}/`
  const ownerOf = (folder: Key) => `${folder}owner`
  const names = new Map(endpoints.map(name => [folderName(name), name]))
  const self = Buffer.from(JSON.stringify(process satisfies Owner))
  let said = Number.NEGATIVE_INFINITY

  async function stayOwner(): Promise<void> {
    if (now().getTime() - said < refreshAfter) return
    await driver.put(ownerOf(own), self)
    said = now().getTime()
  }

  /** @returns whether the folder is ours now: of two who want it, the later one to write wins */
  async function claim(folder: Key): Promise<boolean> {
    await driver.put(ownerOf(folder), self)
    // Two processes on one machine seldom start at the same moment; replicas do.
    if (driver.remote) await sleep(settleTime)
    return Buffer.from((await driver.read(ownerOf(folder), { limit: 4096 })) ?? '').equals(self)
  }

  async function isLeft({ folder, marked }: Folder, storeNow: Date): Promise<boolean> {
    if (!marked) return true
    const content = await driver.read(ownerOf(folder), { limit: 4096 })
    return !content || isStale(content, { marked, storeNow, process, sameMachine: driver.remote !== true })
  }

  async function takeAll(chunks: Folder['chunks'], take: Take): Promise<void> {
    const full = new Set<string>()
    for (const { key, endpoint } of chunks) {
      // In order: what comes after what was left is left too.
      if (full.has(endpoint)) continue
      const content = await driver.read(key, { limit: chunkLimit })
      if (!content) continue
      if (await take(names.get(endpoint) ?? '', Buffer.from(content).toString().split('\n'))) await driver.delete([key])
      else full.add(endpoint)
    }
  }

  return {
    storeFor(endpoint) {
      const folder = `${own}${folderName(endpoint)}/`
      return {
        keyOf: sequence => folder + String(sequence).padStart(12, '0'),
        async write(key, text) {
          await stayOwner()
          await driver.put(key, Buffer.from(text))
        },
        async read(key) {
          const content = await driver.read(key, { limit: chunkLimit })
          return content && Buffer.from(content).toString()
        },
        remove: keys => driver.delete(keys),
      }
    },

    async adopt(take) {
      if ((await foldersIn(driver)).every(({ folder }) => folder === own)) return
      // The store's clock is what counts: so it is asked for the time, by writing something.
      said = Number.NEGATIVE_INFINITY
      await stayOwner()
      const folders = await foldersIn(driver)
      const storeNow = folders.find(({ folder }) => folder === own)?.marked ?? now()
      for (const found of folders) {
        if (found.folder === own || !(await isLeft(found, storeNow))) continue
        const wanted = found.chunks.filter(({ endpoint }) => names.has(endpoint))
        if (wanted.length < found.chunks.length) strangers()
        if (wanted.length > 0) {
          if (!(await claim(found.folder))) continue
          await takeAll(wanted, take)
        }
        if (wanted.length > 0 || found.marked) await driver.delete([ownerOf(found.folder)])
      }
    },

    stayOwner,

    async release() {
      if (said === Number.NEGATIVE_INFINITY) return
      await driver.delete([ownerOf(own)])
    },
  }
}

interface Folder {
  readonly folder: Key
  /** When its owner was last heard of, by the store's clock; absent: he has released it. */
  marked?: Date
  readonly chunks: { readonly key: Key; readonly endpoint: string }[]
}

/** What is kept, the chunks of each queue in order. */
async function foldersIn(driver: StorageDriver): Promise<readonly Folder[]> {
  const folders = new Map<Key, Folder>()
  for await (const { objects } of driver.list(notificationsPath)) {
    for (const { key, modified } of objects) {
      const [instance = '', endpoint = '', chunk] = key.slice(notificationsPath.length).split('/')
      const folder = `${notificationsPath}${instance}/`
      const found = folders.get(folder) ?? { folder, chunks: [] }
      folders.set(folder, found)
      if (chunk !== undefined) found.chunks.push({ key, endpoint })
      else if (endpoint === 'owner') found.marked = modified
    }
  }
  return [...folders.values()]
}

/** Any name becomes part of a key so. */
const folderName = (endpoint: string) => createHash('sha256').update(endpoint).digest('hex').slice(0, 16)
