import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/schema/config.ts'
import { immutableTags } from '../registry/immutable-tags.ts'
import { tags } from '../registry/tags.ts'
import type { RetainOptions } from '../retention/retain.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { immutableTagRules } from './immutable-tag-rules.ts'
import { collectorsBreadth } from './open-collection.ts'
import { retentionRules } from './retention-rules.ts'

/** `policy.retention` and `policy.undo`, with what the store needs as garbage collection has it (`storage.maintenance.garbagecollect`). */
export function retainOptions(
  { policy, storage }: Pick<Config, 'policy' | 'storage'>,
  { driver, randomName }: { driver: StorageDriver; randomName: () => string },
  signal?: AbortSignal,
): Omit<RetainOptions, 'dryRun'> {
  const { batchtime, margin } = storage.maintenance.garbagecollect
  const { isDeletable } = immutableTags(tags(driver), immutableTagRules(policy))
  return {
    driver,
    rules: retentionRules(policy),
    isDeletable,
    grace: policy.undo.grace,
    batchtime,
    margin,
    breadth: collectorsBreadth,
    randomName,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    signal,
  }
}
