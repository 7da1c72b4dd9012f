import { stringify } from 'yaml'
import { bucketSettings } from './bucket-settings.ts'
import { type CacheUpstream, cacheConfig } from './cache-config.ts'
import type { Environment } from './environment.ts'
import { type NamedSecret, takeSecrets } from './named-secrets.ts'
import type { Reachable } from './reach.ts'
import { reachConfig } from './reach-config.ts'
import { uploadMemory } from './upload-memory.ts'

/** Where the registry listens on its host, and keeps its images: fixed, since what lies around it is made by the kit. */
export const registryPort = 5000
export const registryFolder = '/var/lib/registry'

/** A config.yml as values. */
export type RegistryConfig = Readonly<Record<string, unknown>>

/** What of an environment the registry's configuration follows from. */
export type Configured = Pick<Environment, 'registry' | 'storage'> &
  Partial<Pick<Environment, 'collection'>> &
  Reachable & { readonly cache?: readonly CacheUpstream[] }

/**
 * The registry's configuration in this environment: what the kit writes, and over it the file's `registry` section.
 *
 * Where the file names a secret stands a placeholder: `registrySecrets` says what goes over it.
 */
export function registryConfig(environment: Configured): RegistryConfig {
  return takeSecrets(written(environment)).config
}

/** The secrets that the configuration names. */
export function registrySecrets(environment: Configured): readonly NamedSecret[] {
  return takeSecrets(written(environment)).secrets
}

function written({ registry, storage, collection, cache = [], ...reachable }: Configured): RegistryConfig {
  const { http, auth } = reachConfig(reachable)
  const { host } = reachable
  const onAws = host !== undefined && 'kind' in host ? host : undefined
  return merge(
    {
      version: '0.1',
      log: { level: 'info', formatter: 'json' },
      storage: { ...placeOfImages(storage, onAws?.memoryMiB), delete: { enabled: true }, ...collecting(collection) },
      // The hosts give it ten seconds more than this. Fargate waits for two minutes at most, and an instance is replaced in no less.
      http: { addr: `:${registryPort}`, draintimeout: onAws ? '110s' : '20s', ...http },
      ...(auth === undefined ? {} : { auth }),
      ...cacheConfig(cache),
    },
    registry,
  )
}

/** The same as the text of a config.yml, in YAML 1.1, which is what the registry reads. */
export function renderRegistryConfig(environment: Configured): string {
  return stringify(registryConfig(environment), { version: '1.1', lineWidth: 0 })
}

/** Where another process collects, those that serve do not. */
const collecting = (collection: Configured['collection']): RegistryConfig =>
  collection?.run === 'inside' ? { maintenance: { garbagecollect: { enabled: true, schedule: collection.schedule } } } : {}

function placeOfImages(storage: Environment['storage'], memoryMiB: number | undefined): RegistryConfig {
  if (storage.driver !== 's3') return { filesystem: { rootdirectory: registryFolder } }
  const settings = bucketSettings(storage)
  return memoryMiB === undefined ? { ...settings } : { ...settings, s3: { ...settings.s3, uploadmemory: uploadMemory(memoryMiB) } }
}

/** Sections are joined key by key; everything else is replaced. */
function merge(base: RegistryConfig, over: RegistryConfig): RegistryConfig {
  const both = Object.entries(over).map(([name, value]) => {
    const below = Object.hasOwn(base, name) ? base[name] : undefined
    return [name, isSection(below) && isSection(value) ? merge(below, value) : value] as const
  })
  return { ...base, ...Object.fromEntries(both) }
}

function isSection(value: unknown): value is RegistryConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
