import { collectorCanaryPath } from '../registry/paths.ts'
import { CollectionRefused } from './refused.ts'
import type { Surroundings } from './surroundings.ts'

/**
 * Sees for itself that this store refuses a delete that has expired, and carries out one that has not: each run anew, since a proxy or another release of the store
 * may behave otherwise.
 *
 * @throws CollectionRefused where it does not
 */
export async function tryExpiringDeletes({ driver, timings, randomName, signal }: Surroundings): Promise<void> {
  if (!driver.deleteUntil) refuse('this storage has no deletes that expire')
  const late = collectorCanaryPath(randomName())
  const early = collectorCanaryPath(randomName())
  try {
    for (const key of [late, early]) await driver.put(key, Buffer.from('canary'), { signal })
    const { earliest } = await driver.time({ signal })
    const past = Math.floor(earliest / 1000) * 1000 - 2000
    const claimed = await driver.deleteUntil([late], past, { signal })
    if (claimed.size > 0 || !(await driver.stat(late, { signal }))) refuse('this store carries out deletes whose signature has expired')
    for (;;) {
      const { latest } = await driver.time({ signal })
      const future = Math.floor((latest + timings.batchtime) / 1000) * 1000
      const gone = await driver.deleteUntil([early], future, { signal })
      if (gone.has(early) && !(await driver.stat(early, { signal }))) return
      // Whoever was held up for so long has not seen anything yet.
      if ((await driver.time({ signal })).latest < future) refuse('this store does not carry out a delete that is signed in its URL')
    }
  } finally {
    await driver.delete([late, early], { signal })
  }
}

function refuse(reason: string): never {
  throw new CollectionRefused(
    `nothing was deleted: ${reason}, so garbage cannot be collected beside pushes here. Stop everything that writes, or make it read-only, and collect with --exclusive`,
  )
}
