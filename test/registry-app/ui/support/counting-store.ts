import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../../registry-app/src/storage/memory.ts'

/** A storage in memory that answers as a bucket does, a thousand keys to a page, and counts what that would cost. */
export interface CountingStore extends StorageDriver {
  /** Requests since it was last asked, by operation. */
  cost(): Readonly<Record<string, number>>
}

const page = 1000

export function countingStore(now: () => Date): CountingStore {
  const inner = memoryDriver({ now })
  let requests: Record<string, number> = {}
  const count = (operation: string) => {
    requests[operation] = (requests[operation] ?? 0) + 1
  }
  const counting =
    <Rest extends unknown[], Answer>(operation: string, ask: (key: string, ...rest: Rest) => Answer) =>
    (key: string, ...rest: Rest): Answer => {
      count(operation)
      return ask(key, ...rest)
    }
  return {
    ...inner,
    cost() {
      const spent = requests
      requests = {}
      return spent
    },
    stat: counting('stat', inner.stat),
    get: counting('read', inner.get),
    read: counting('read', inner.read),
    put: counting('put', inner.put),
    async *list(prefix, options) {
      for await (const { objects, prefixes } of inner.list(prefix, options)) {
        const all = objects.length + prefixes.length
        for (let at = 0; at === 0 || at < all; at += page) {
          count('list')
          const more = at + page < all
          yield { objects: objects.slice(at, at + page), prefixes: prefixes.slice(at, at + page), more }
        }
      }
    },
  }
}
