import { createRegistry, type Registry, type RegistryOptions } from '../../../registry-app/src/registry/registry.ts'
import type { StorageDriver } from '../../../registry-app/src/storage/driver.ts'
import { memoryDriver } from '../../../registry-app/src/storage/memory.ts'
import { counter } from './counter.ts'

export const hour = 60 * 60 * 1000

/** A clock that stands still until it is moved. */
export interface Clock {
  now(): Date
  /** Milliseconds. */
  move(by: number): void
}

export function standingClock(start = new Date('2026-03-01T12:00:00Z')): Clock {
  let time = start.getTime()
  return {
    now: () => new Date(time),
    move: by => {
      time += by
    },
  }
}

export interface Trial {
  driver: StorageDriver
  clock: Clock
  registry: Registry
  /** A registry over the same storage, as another process or a later one would open it. */
  another(options?: Partial<RegistryOptions>): Registry
}

/** A registry over an empty store, where nothing else is asked for, with everything that is required of manifests. */
export function trial(options: Partial<RegistryOptions> = {}): Trial {
  const clock = standingClock()
  const driver = options.driver ?? memoryDriver(clock)
  const another = (more: Partial<RegistryOptions> = {}) =>
    createRegistry({
      driver,
      rules: { platforms: 'all' },
      secret: 'a secret of this test',
      maximumAge: 24 * hour,
      believedFor: hour / 12,
      verify: false,
      urlsExpireIn: 1200,
      now: clock.now,
      randomId: counter('upload'),
      randomName: counter('name'),
      ...options,
      ...more,
    })
  return { driver, clock, registry: another(), another }
}
