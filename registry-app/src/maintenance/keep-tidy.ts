import type { Config } from '../config/schema/config.ts'
import type { Log } from '../ops/log.ts'
import { purgeLeftovers } from '../registry/purge-leftovers.ts'
import { purgeUploads } from '../registry/purge-uploads.ts'
import type { Registry } from '../registry/registry.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** What crashes and unfinished uploads leave behind goes in the background, now and then. */
export function keepTidy(
  driver: StorageDriver,
  registry: Registry,
  { uploadpurging, readonly }: Config['storage']['maintenance'],
  { log, now }: { log: Log; now: () => Date },
): void {
  const { enabled, age, interval, dryrun } = uploadpurging
  if (!enabled || readonly.enabled || interval === 0) return
  const tidy = async () => {
    try {
      if (!dryrun) await driver.sweep?.()
      await registry.catalog.tidy()
      const options = { olderThan: new Date(now().getTime() - age), dryRun: dryrun }
      const purged = await purgeUploads(driver, options)
      if (purged.length > 0) log.info('unfinished uploads purged', { uploads: purged.length, dryrun })
      const leftovers = await purgeLeftovers(driver, options)
      if (leftovers.length > 0) log.info('what crashes left behind purged', { objects: leftovers.length, dryrun })
    } catch (error) {
      log.error('purging unfinished uploads failed', { error })
    }
  }
  // Replicas that start together do not look together.
  const first = setTimeout(tidy, Math.min(interval, 60_000) * (0.5 + Math.random()))
  const again = setInterval(tidy, Math.min(interval, longestTimer))
  first.unref()
  again.unref()
}

/** What `setInterval` can hold, in milliseconds. */
const longestTimer = 2 ** 31 - 1
