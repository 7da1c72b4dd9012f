import type { Environment } from './config/environment.ts'
import { type LoadedConfig, loadConfig } from './config/load-config.ts'
import { readConfigFile } from './config/read-config-file.ts'

/** Where a command finds its configuration. */
export interface ConfigSource {
  /** From the command line or `REGISTRY_CONFIGURATION_PATH`; without it, the embedded one holds. */
  readonly path: string | undefined
  readonly embedded: string
  readonly environment: Environment
  readonly readFile: (path: string) => string
}

/** @throws ConfigError with every complaint at once */
export function loadFrom({ path, embedded, environment, readFile }: ConfigSource): LoadedConfig {
  const file = path === undefined ? { name: 'the embedded config.yml', text: embedded } : readConfigFile(path, readFile)
  return loadConfig({ file, environment })
}
