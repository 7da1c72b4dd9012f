import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'

/** A store that writes down the name of each call. */
export function countedDriver(driver: StorageDriver): { driver: StorageDriver; calls: string[] } {
  const calls: string[] = []
  const counted = new Proxy(driver, {
    get(target, key: keyof StorageDriver) {
      const value = target[key]
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        calls.push(key)
        return (value as (...all: unknown[]) => unknown)(...args)
      }
    },
  })
  return { driver: counted, calls }
}
