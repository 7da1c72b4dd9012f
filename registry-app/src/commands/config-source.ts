import type { Environment } from '../config/environment.ts'
import { type LoadedConfig, loadConfig } from '../config/load-config.ts'
import { readConfigFile } from '../config/read-config-file.ts'

/** Where a command finds its configuration. */
export interface ConfigSource {
  /** The file that the command line names. */
  readonly named: string | undefined
  readonly embedded: string
  /** Its variable `REGISTRY_CONFIGURATION` holds a whole file, `REGISTRY_CONFIGURATION_PATH` names one. */
  readonly environment: Environment
  readonly readFile: (path: string) => string
}

/** @throws ConfigError with every complaint at once */
export function loadFrom(source: ConfigSource): LoadedConfig {
  return loadConfig({ file: fileOf(source), environment: source.environment, readFile: source.readFile })
}

/** Whether nobody says what to serve, so that the embedded file holds. */
export const isEmbedded = ({ named, environment }: ConfigSource) =>
  !named && !environment.REGISTRY_CONFIGURATION && !environment.REGISTRY_CONFIGURATION_PATH

/** The text in a variable comes before the path in another: an image sets that path, and whoever runs the image sets the text. */
function fileOf({ named, embedded, environment, readFile }: ConfigSource): { name: string; text: string } {
  const { REGISTRY_CONFIGURATION: text, REGISTRY_CONFIGURATION_PATH: path } = environment
  if (named) return readConfigFile(named, readFile)
  if (text) return { name: 'REGISTRY_CONFIGURATION', text }
  if (path) return readConfigFile(path, readFile)
  return { name: 'the embedded config.yml', text: embedded }
}
