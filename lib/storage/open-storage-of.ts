import { readFileSync } from 'node:fs'
import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { readConfigFile } from '../../registry-app/src/config/read-config-file.ts'
import type { Config } from '../../registry-app/src/config/schema/config.ts'
import { createLog } from '../../registry-app/src/ops/log.ts'
import type { StorageDriver } from '../../registry-app/src/storage/driver.ts'
import { openStorage } from '../../registry-app/src/wiring/open-storage.ts'
import { randomName } from '../../registry-app/src/wiring/random-name.ts'
import { deployedKeys } from '../empty/deployed-bucket.ts'
import type { Environment } from '../environment/environment.ts'
import { renderRegistryConfig } from '../environment/registry-config.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import { onItsHost, type Sought } from './on-its-host.ts'

/** Whose storage, as the command line says it: in one of two ways. */
export interface StoragePlace {
  config?: string
  environment?: string
}

export interface StorageSurroundings {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** The folder of the environment files. */
  readonly folder: string
  readonly error: (text: string) => void
}

/**
 * The storage of a registry, for what a command does there.
 *
 * @param what it is asked for
 * @throws UsageError where the command line does not lead to a place that can be reached from here, ConfigError
 */
export async function openStorageOf(place: StoragePlace, what: Sought, surroundings: StorageSurroundings): Promise<StorageDriver> {
  return open(configAt(place, what, surroundings).storage, surroundings, false)
}

/** The same, to be read alone, with the configuration that says whose it is. */
export async function readStorageOf(
  place: StoragePlace,
  what: Sought,
  surroundings: StorageSurroundings,
): Promise<{ driver: StorageDriver; config: Config }> {
  const config = configAt(place, what, surroundings)
  return { driver: await open(config.storage, surroundings, true), config }
}

function configAt({ config, environment }: StoragePlace, what: Sought, surroundings: StorageSurroundings): Config {
  const { variables } = surroundings
  if ((config === undefined) === (environment === undefined)) {
    throw new UsageError(`say where the ${what} are, in one way: --config CONFIG.YML or --environment NAME`)
  }
  if (config === undefined) return configOf(environment ?? '', what, surroundings)
  const text = readConfigFile(config, readFile)
  const loaded = loadConfig({ file: text, environment: variables, readFile }).config
  if (loaded.storage.inmemory) throw new UsageError(`${config} keeps everything in memory, and so no ${what}`)
  return loaded
}

function configOf(name: string, what: Sought, { folder, variables }: StorageSurroundings): Config {
  for (const environment of selectEnvironments({ folder, name })) {
    const file = { name: `the configuration of ${name}`, text: renderRegistryConfig(environment) }
    const { config } = loadConfig({ file, environment: variablesFor(environment, variables), readFile })
    if (config.storage.s3 || environment.engine !== 'cdktf') return config
    throw new UsageError(
      `the environment ${name} keeps its images on a volume of its host, which this command cannot reach; on that host this does it:\n` +
        `  ${onItsHost(environment, what)}`,
    )
  }
  throw new UsageError(`there is no environment ${name}`)
}

/** With the keys of the bucket by the names that a deployment takes them by: whoever has deployed it from here has set them. */
const variablesFor = ({ engine, storage }: Environment, variables: StorageSurroundings['variables']) =>
  engine === 'cdktf' && storage.driver === 's3' ? deployedKeys(variables) : variables

const readFile = (path: string) => readFileSync(path, 'utf8')

function open(storage: Config['storage'], { variables, error }: StorageSurroundings, reading: boolean): Promise<StorageDriver> {
  const now = () => new Date()
  const log = createLog({ level: 'warn', formatter: 'text', fields: {}, now, write: error })
  // No client is sent anywhere from here, so nothing has to be tried for that.
  const quiet = { ...storage, redirect: { ...storage.redirect, disable: true } }
  return openStorage(quiet, { log, now, randomName, environment: variables, ...(reading && { readOnly: true }) })
}
