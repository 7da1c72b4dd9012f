import type { CdktfEnvironment } from '../../environment/environment.ts'
import { literal } from '../literal.ts'
import type { RegistrySecret } from './registry-secret.ts'

/** What a host is to run, whichever kind of host it is. */
export interface RegistryProcess {
  /** Variables over the environment's configuration, as Terraform's templates. */
  readonly variables: readonly string[]
  readonly secrets: readonly RegistrySecret[]
  /** The volume that holds the images, where no bucket does. */
  readonly volumeName: string | undefined
  /** Folders of the host that are mounted at the same place, read-only. */
  readonly folders: readonly string[]
  /** Groups, by number, beside the registry's own. */
  readonly groups: readonly string[]
  readonly labels: Readonly<Record<string, string>>
  /** An existing network that the registry is to be in. */
  readonly network: string | undefined
}

/** The numeric user and group of the image. */
export const registryUser = '65532:65532'

/** What the image asks itself too; written down, since an image from elsewhere may not, and a deployment waits for the answer. */
export const healthcheck = {
  test: ['CMD', 'node', '/registry.mjs', 'healthcheck'],
  interval: '10s',
  timeout: '5s',
  startPeriod: '10s',
  retries: 3,
}

/**
 * Of what runs beside the registry, from the same image, and answers nobody: the image would have it asked. The rest is the image's own, which the
 * engine would fill in and Terraform would then take away, at every deployment.
 */
export const noHealthcheck = { ...healthcheck, test: ['NONE'] }

/** What collects garbage beside the registry, if that is a process of its own (`collection.run`): what it is called, told, and what its variables add. */
export function collectorOf({ collection, name }: Pick<CdktfEnvironment, 'collection' | 'name'>) {
  if (collection?.run !== 'job') return undefined
  const setting = (key: string, value: string) => `REGISTRY_STORAGE_MAINTENANCE_GARBAGECOLLECT_${key}=${literal(value)}`
  return {
    name: `registry-${name}-collector`,
    command: ['maintain'],
    /** Those of the registry, without what tells a proxy to send requests here. */
    env: (given: readonly string[]) => [
      ...given.filter(variable => variable.startsWith('REGISTRY_')),
      setting('ENABLED', 'true'),
      setting('SCHEDULE', collection.schedule),
    ],
    healthcheck: noHealthcheck,
  }
}

/** Otherwise the engine keeps every line for ever. */
export const logOptions = { 'max-size': '10m', 'max-file': '3' }
