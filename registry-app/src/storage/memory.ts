import type { ByteRange, Key, ListOptions, ListPage, ObjectInfo, StorageDriver } from './driver.ts'
import { fold } from './fold.ts'

/** Everything in this process's memory, gone with it: for tests and trials (`storage.inmemory`). */
export function memoryDriver({ now }: { now: () => Date }): StorageDriver {
  const objects = new Map<Key, { content: Uint8Array; modified: Date }>()

  const put = (key: Key, content: Uint8Array) => void objects.set(key, { content: Uint8Array.from(content), modified: now() })
  const info = ({ content, modified }: { content: Uint8Array; modified: Date }): ObjectInfo => ({ size: content.length, modified })

  const driver: StorageDriver = {
    async stat(key) {
      const object = objects.get(key)
      return object && info(object)
    },

    async get(key, { range } = {}) {
      const object = objects.get(key)
      if (!object) return undefined
      return { ...info(object), body: once(cut(object.content, range)), close: async () => {} }
    },

    async read(key, { limit }) {
      const content = objects.get(key)?.content
      if (content && content.length > limit)
        throw new RangeError(`${key} has ${content.length} bytes, more than the ${limit} that it may have`)
      return content && Uint8Array.from(content)
    },

    async put(key, content) {
      put(key, content)
    },

    async putIfAbsent(key, content) {
      if (objects.has(key)) return false
      put(key, content)
      return true
    },

    async store(body, key) {
      const pieces: Uint8Array[] = []
      for await (const piece of body) pieces.push(Uint8Array.from(piece))
      const content = Buffer.concat(pieces)
      const stored = typeof key === 'string' ? key : await key()
      put(stored, content)
      return { key: stored, size: content.length }
    },

    async compose(sources, key) {
      const contents = sources.map(source => {
        const object = objects.get(source)
        if (!object) throw new Error(`${source} is not there to be joined into ${key}`)
        return object.content
      })
      put(key, Buffer.concat(contents))
    },

    async *list(prefix, options = {}) {
      const keys = [...objects.keys()].filter(key => key.startsWith(prefix)).sort()
      yield page(keys, prefix, options)
    },

    async delete(keys) {
      for (const key of keys) objects.delete(key)
    },

    async time() {
      return { earliest: now().getTime(), latest: now().getTime() }
    },

    async deleteUntil(keys, deadline) {
      if (now().getTime() > deadline) return new Set()
      for (const key of keys) objects.delete(key)
      return new Set(keys)
    },
  }

  function page(keys: Key[], prefix: Key, { delimiter, startAfter = '' }: ListOptions): ListPage {
    const names = new Set(keys.map(key => fold(key, prefix, delimiter)).filter(name => name > startAfter))
    const found: (ObjectInfo & { key: Key })[] = []
    const prefixes: Key[] = []
    for (const name of names) {
      const object = objects.get(name)
      if (object) found.push({ key: name, ...info(object) })
      else prefixes.push(name)
    }
    return { objects: found, prefixes }
  }

  return driver
}

function cut(content: Uint8Array, range: ByteRange | undefined): Uint8Array {
  return range ? content.subarray(range.first, range.last === undefined ? undefined : range.last + 1) : content
}

async function* once(content: Uint8Array) {
  if (content.length > 0) yield content
}
