import { parseDuration } from '../../registry-app/src/config/duration.ts'
import { type Configured, registryConfig } from './registry-config.ts'

/** How long a host gives the registry to end before it is killed: its own time to drain (`http.draintimeout`), and some to spare. */
export function graceSeconds(environment: Configured): number {
  // Of the configuration this alone: the rest was checked, and in an app of CDK some of it may be known only at the deployment.
  const { http } = registryConfig(environment)
  const written = typeof http === 'object' && http !== null && 'draintimeout' in http ? String(http.draintimeout) : ''
  const milliseconds = parseDuration(written)
  if (milliseconds === undefined) throw new TypeError('the kit writes http.draintimeout, and what stands over it was checked')
  return Math.ceil(milliseconds / 1000) + 10
}
