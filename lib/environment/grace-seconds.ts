import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { type Configured, renderRegistryConfig } from './registry-config.ts'

/** How long a host gives the registry to end before it is killed: its own time to drain (`http.draintimeout`), and some to spare. */
export function graceSeconds(environment: Configured): number {
  const { config } = loadConfig({ file: { name: 'config.yml', text: renderRegistryConfig(environment) }, environment: {} })
  return Math.ceil(config.http.draintimeout / 1000) + 10
}
