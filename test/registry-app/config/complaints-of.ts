import { ConfigError } from '../../../registry-app/src/config/complaint.ts'
import { type LoadedConfig, loadConfig } from '../../../registry-app/src/config/load-config.ts'

/** Loads what must load. */
export function load(text: string, environment: Record<string, string> = {}): LoadedConfig {
  return loadConfig({ file: { name: 'config.yml', text }, environment })
}

/** Loads what must not load. */
export function errorOf(text: string, environment: Record<string, string> = {}): ConfigError {
  try {
    load(text, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('it was accepted')
}

/** Its complaints, as a person reads them. */
export function complaintsOf(text: string, environment: Record<string, string> = {}): string[] {
  return errorOf(text, environment).message.split('\n  ').slice(1)
}
