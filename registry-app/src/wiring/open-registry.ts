import { randomUUID } from 'node:crypto'
import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { createRegistry, type Registry, type RegistryOptions } from '../registry/registry.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { immutableTagRules } from './immutable-tag-rules.ts'
import { manifestRules } from './manifest-rules.ts'
import { believedFor, openReliances } from './open-collection.ts'

export interface RegistrySurroundings extends Pick<RegistryOptions, 'secret' | 'pulls' | 'tallies' | 'quarantine' | 'quotas'> {
  driver: StorageDriver
  log: Log
  now: () => Date
  randomName: () => string
}

/** The registry that the configuration describes. */
export function openRegistry({ storage, validation, policy }: Config, surroundings: RegistrySurroundings): Registry {
  const { driver, log, now, randomName } = surroundings
  return createRegistry({
    ...surroundings,
    rules: manifestRules(validation),
    immutableTags: immutableTagRules(policy),
    deletes: storage.delete.enabled,
    undoDeletions: policy.undo.deletions ? policy.undo.grace : undefined,
    maximumAge: storage.maintenance.uploadpurging.age,
    believedFor: believedFor(storage),
    reliances: storage.maintenance.readonly.enabled ? undefined : openReliances(storage, { driver, log, now, randomName }),
    verify: storage.verify,
    urlsExpireIn: Math.floor(storage.redirect.expires / 1000),
    randomId: randomUUID,
  })
}
