import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { bucketSettings } from './bucket-settings.ts'
import type { BucketStorage, CdktfEnvironment } from './environment.ts'
import type { Complaint } from './environment-error.ts'

/** What `state` has wrong together with `storage`: `kit empty` would delete the state with the images, and with it what Terraform knows of the rest. */
export function checkState(root: Tree, { state, storage }: Pick<CdktfEnvironment, 'state' | 'storage'>): readonly Complaint[] {
  if (state.backend !== 's3' || storage.driver !== 's3' || state.bucket !== storage.bucket) return []
  // One that was there before is emptied by nobody here, and may hold other things as well.
  if (storage.existing || hostOf(state.endpoint) !== storeOf(storage)) return []
  const { place } = placeOf(root, ['state', 'bucket'])
  const message = 'must be another bucket than storage.bucket: kit empty deletes everything in that'
  return [{ ...place, path: 'state.bucket', message, value: state.bucket }]
}

const amazon = 'Amazon S3'

const hostOf = (endpoint: string | undefined) => endpoint?.replaceAll(/^https?:\/\/|\/$/g, '') ?? amazon

/** The host of its API. Which other words of the section are missing where that is not known, checkStorage says. */
function storeOf(storage: BucketStorage): string | undefined {
  try {
    const { regionendpoint } = bucketSettings(storage).s3
    return typeof regionendpoint === 'string' ? hostOf(regionendpoint) : amazon
  } catch {
    return undefined
  }
}
