import type { Environment } from './environment.ts'
import { EnvironmentError } from './environment-error.ts'
import type { Engine } from './schema.ts'
import { selectEnvironments } from './select-environments.ts'

/** The variable that chooses one environment, for engines and commands that have no `-c environment=NAME`. */
export const environmentVariable = 'BUCKET_REGISTRY_ENVIRONMENT'

export interface Choice {
  /** The root of either engine's tree: its context may name an environment. */
  readonly node: { tryGetContext(key: string): unknown }
  /** @default - this process's variables */
  readonly variables?: Readonly<Record<string, string | undefined>>
  /** The folder of the environment files. @default environments, below the working directory */
  readonly folder?: string
}

/**
 * The environments that an engine deploys: all of them, or the one that the context (`-c environment=NAME`) or the variable
 * `BUCKET_REGISTRY_ENVIRONMENT` names.
 *
 * @throws EnvironmentError also if the named one is deployed by the other engine: doing nothing would look like success
 */
export function environmentsFor<E extends Engine>(engine: E, choice: Choice): readonly Extract<Environment, { engine: E }>[] {
  const { node, variables = process.env, folder } = choice
  const context = node.tryGetContext('environment')
  const name = (typeof context === 'string' && context) || variables[environmentVariable] || undefined
  const environments = selectEnvironments({ folder, name })
  const [other] = environments.filter(environment => environment.engine !== engine)
  if (name !== undefined && other) {
    const message = `is deployed by the other engine: npx ${other.engine} deploy`
    throw new EnvironmentError([{ source: `environments/${name}.yml`, path: 'engine', value: other.engine, message }])
  }
  return environments.filter((environment): environment is Extract<Environment, { engine: E }> => environment.engine === engine)
}
