import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import type { Environment } from './environment.ts'
import { renderRegistryConfig } from './registry-config.ts'

/** How long a host gives the registry to end before it is killed: its own time to drain (`http.draintimeout`), and some to spare. */
export function graceSeconds({ registry, storage }: Pick<Environment, 'registry' | 'storage'>): number {
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig({ registry, storage }) }, environment: {} })
  return Math.ceil(config.http.draintimeout / 1000) + 10
}
