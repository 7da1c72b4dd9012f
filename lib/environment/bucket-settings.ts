import type { BucketStorage } from './environment.ts'
import { anyStore } from './providers/any-store.ts'
import { providerNamed } from './providers/index.ts'
import { type StorageSettings, storageSettings } from './providers/storage-settings.ts'

/**
 * The keys of config.yml's `storage` section for an environment's bucket: the preset's, and over them what the file says.
 *
 * @throws Error that says what else must be known
 */
export function bucketSettings(storage: BucketStorage): BucketSettings {
  const { provider, prefix, signingVersion, addressing, contentMd5, redirect, authority } = storage
  const settings = storageSettings(provider === undefined ? anyStore : providerNamed(provider), storage)
  return {
    ...settings,
    s3: {
      ...settings.s3,
      ...(signingVersion === undefined ? {} : { signingversion: signingVersion }),
      ...(addressing === undefined ? {} : { forcepathstyle: addressing === 'path' }),
      ...(contentMd5 ? { contentmd5: true } : {}),
      ...(authority === undefined ? {} : { cacert: authority }),
      ...(prefix === undefined ? {} : { rootdirectory: prefix }),
    },
    ...(redirect === undefined ? {} : { redirect: { disable: redirect === 'auto' ? 'auto' : redirect === 'never' } }),
  }
}

export type BucketSettings = Pick<StorageSettings, 's3'> & { readonly redirect?: { readonly disable: boolean | 'auto' } }
