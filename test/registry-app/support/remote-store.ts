import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'

/** A storage in memory that takes itself for a bucket: each call is a request, and clients can be sent to it. */
export interface RemoteStore extends StorageDriver {
  /** What it was asked since it was last told to forget it: `read docker/registry/…`. */
  asked(): string[]
}

export function remoteStore(now: () => Date = () => new Date()): RemoteStore {
  const inner = memoryDriver({ now })
  let requests: string[] = []
  const noting =
    <Rest extends unknown[], Answer>(operation: string, ask: (key: string, ...rest: Rest) => Answer) =>
    (key: string, ...rest: Rest): Answer => {
      requests.push(`${operation} ${key}`)
      return ask(key, ...rest)
    }
  return {
    ...inner,
    remote: true,
    asked() {
      const asked = requests
      requests = []
      return asked
    },
    stat: noting('stat', inner.stat),
    get: noting('get', inner.get),
    read: noting('read', inner.read),
    put: noting('put', inner.put),
    list: noting('list', inner.list),
    urlFor: async key => new URL(key, 'https://store.example/'),
  }
}
