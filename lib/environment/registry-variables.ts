import { type Configured, registryConfig } from './registry-config.ts'

/**
 * The registry's configuration as environment variables, one per section of config.yml, such as `REGISTRY_HTTP={"addr":":5000"}`.
 *
 * A container whose root cannot be written takes no file, and the registry reads a section from a variable as it stands: its values are
 * YAML, of which JSON is a part, and a section given so replaces the whole section of the image's own file.
 */
export function registryVariables(environment: Configured): readonly string[] {
  return Object.entries(registryConfig(environment))
    .map(([section, value]) => `REGISTRY_${section.toUpperCase()}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .toSorted()
}
