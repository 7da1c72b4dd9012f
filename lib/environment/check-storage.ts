import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { bucketMaker, r2Place } from './bucket-maker.ts'
import { bucketSettings } from './bucket-settings.ts'
import type { Environment } from './environment.ts'
import type { Complaint } from './environment-error.ts'
import { providerNamed } from './providers/index.ts'

/** What no key of the `storage` section has wrong by itself, but several together. */
export function checkStorage(root: Tree, storage: Environment['storage']): readonly Complaint[] {
  if (storage.driver !== 's3') return []
  const complaints: Complaint[] = []
  const complain = (path: readonly string[], message: string) => {
    const { place, tree } = placeOf(root, path)
    complaints.push({ ...place, path: path.join('.'), message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) })
  }
  const { provider, signingVersion, addressing } = storage
  if (provider !== undefined) {
    const { title, signing, addressing: styles } = providerNamed(provider)
    if (signingVersion && !signing.includes(signingVersion)) {
      complain(['storage', 'signingVersion'], `is not known to ${title}: it takes ${signing.join(' and ')}`)
    }
    if (addressing && !styles.includes(addressing)) {
      complain(['storage', 'addressing'], `is not known to ${title}: it takes ${styles.join(' and ')}`)
    }
  }
  if (storage.existing && storage.onDestroy === 'empty') {
    complain(
      ['storage', 'onDestroy'],
      'must be retain for a bucket that is there already: what the stack did not make, it does not destroy',
    )
  }
  if (bucketMaker(storage) === 'cloudflare' && r2Place(storage) === undefined) {
    complain(['storage', 'account'], 'is missing: by it Cloudflare makes the bucket; or existing: true, if it is there')
  }
  try {
    const { s3 } = bucketSettings(storage)
    if (provider !== undefined && storage.bucket.includes('.') && s3.forcepathstyle === false && s3.secure !== false) {
      complain(
        ['storage', 'addressing'],
        `must be path for a bucket with dots in its name: ${providerNamed(provider).title} has no certificate for it as a host`,
      )
    }
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    complain(['storage'], `is incomplete: ${cause.message}`)
  }
  return complaints
}
