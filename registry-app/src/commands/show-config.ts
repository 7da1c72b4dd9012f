import { effectiveConfig, effectiveYaml } from '../config/effective-config.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'

export interface ShowOptions {
  json: boolean
  print: (text: string) => void
}

/** `config`: prints what the configuration comes to, and on standard error what of it has no effect. @throws ConfigError with every complaint at once */
export function showConfig(source: ConfigSource, { json, print }: ShowOptions): void {
  const loaded = loadFrom(source)
  for (const warning of loaded.warnings) console.error(`warning: ${warning}`)
  print(json ? `${JSON.stringify(effectiveConfig(loaded), undefined, 2)}\n` : effectiveYaml(loaded))
}
