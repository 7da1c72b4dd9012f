import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'

/** A storage each of whose answers is this error. */
export function failingStore(store: StorageDriver, error: () => Error): StorageDriver {
  const fail = async () => {
    throw error()
  }
  return {
    ...store,
    stat: fail,
    get: fail,
    read: fail,
    put: fail,
    store: fail,
    compose: fail,
    delete: fail,
    ...(store.urlFor && { urlFor: fail }),
    // biome-ignore lint/correctness/useYield: it never comes to that
    async *list() {
      await fail()
    },
  }
}
