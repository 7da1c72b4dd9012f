import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { readConfigFile } from '../../registry-app/src/config/read-config-file.ts'
import type { Config } from '../../registry-app/src/config/schema/config.ts'
import { openStorage } from '../../registry-app/src/open-storage.ts'
import { createLog } from '../../registry-app/src/ops/log.ts'
import { renderRegistryConfig } from '../environment/registry-config.ts'
import { selectEnvironments } from '../environment/select-environments.ts'
import { UsageError } from '../usage-error.ts'
import { htpasswdStore } from './htpasswd-store.ts'
import { storageStore } from './storage-store.ts'
import type { UserStore } from './user-store.ts'

/** Where the users are, as the command line says it. */
export interface UserPlace {
  file?: string
  config?: string
  environment?: string
}

export interface UserSurroundings {
  readonly variables: Readonly<Record<string, string | undefined>>
  /** The folder of the environment files. */
  readonly folder: string
  readonly error: (text: string) => void
}

/** @throws UsageError where the command line does not lead to a place that can be reached from here, ConfigError */
export async function openUserStore({ file, config, environment }: UserPlace, surroundings: UserSurroundings): Promise<UserStore> {
  const { variables, folder } = surroundings
  if ([file, config, environment].filter(each => each !== undefined).length !== 1) {
    throw new UsageError('say where the users are, in one way: --file HTPASSWD, --config CONFIG.YML or --environment NAME')
  }
  if (file !== undefined) return htpasswdStore(file)
  if (config !== undefined) {
    const text = readConfigFile(config, readFile)
    const { storage } = loadConfig({ file: text, environment: variables, readFile }).config
    if (storage.inmemory) throw new UsageError(`${config} keeps everything in memory, and so no users`)
    return open(storage, surroundings)
  }
  return open(storageOf(environment ?? '', folder, variables), surroundings)
}

function storageOf(name: string, folder: string, variables: UserSurroundings['variables']): Config['storage'] {
  for (const environment of selectEnvironments({ folder, name })) {
    const file = { name: `the configuration of ${name}`, text: renderRegistryConfig(environment) }
    const { storage } = loadConfig({ file, environment: variables, readFile }).config
    if (storage.s3) return storage
  }
  throw new UsageError(
    `the environment ${name} keeps its images on a volume of its host, which this command cannot reach; where the volume is at hand, ` +
      '--config with the config.yml of that registry works',
  )
}

const readFile = (path: string) => readFileSync(path, 'utf8')

async function open(storage: Config['storage'], { variables, error }: UserSurroundings): Promise<UserStore> {
  const now = () => new Date()
  const log = createLog({ level: 'warn', formatter: 'text', fields: {}, now, write: error })
  // No client is sent anywhere from here, so nothing has to be tried for that.
  const quiet = { ...storage, redirect: { ...storage.redirect, disable: true } }
  const randomName = () => randomUUID().replaceAll('-', '').slice(0, 16)
  return storageStore(await openStorage(quiet, { log, now, randomName, environment: variables }), now)
}
