import type { S3Bucket } from '../s3/bucket.ts'
import { openBucket } from '../s3/open-bucket.ts'
import type { Surroundings } from './surroundings.ts'
import type { Target } from './target.ts'
import type { Way } from './way.ts'

/** Somebody is waiting: a store that is slow or stumbles is told of, not waited for. */
const timeouts = { connect: 5000, answer: 20_000, slowAnswer: 120_000, stall: 20_000 }
const retries = { attempts: 3, time: 20_000 }

/** The bucket, spoken to in one way; one client for each. */
export interface Store {
  by(way: Way): Promise<S3Bucket>
  close(): Promise<void>
}

export function openStore(target: Target, { credentials, observe, ...surroundings }: Surroundings): Store {
  const { bucket, endpoint, secure, ca, amazon, encryption, skipVerify } = target
  const common = { bucket, endpoint, secure, ca, amazon, encryption, skipVerify, credentials, observe, timeouts, retries }
  const open = new Map<string, Promise<S3Bucket>>()
  return {
    by(way) {
      const name = JSON.stringify([way.signing, way.addressing, way.region, way.contentMd5])
      const known = open.get(name)
      if (known) return known
      const opened = openBucket({ ...common, ...way, listing: 'auto' }, surroundings)
      open.set(name, opened)
      return opened
    },
    async close() {
      const buckets = await Promise.allSettled(open.values())
      await Promise.allSettled(buckets.map(each => (each.status === 'fulfilled' ? each.value.close() : undefined)))
    },
  }
}
