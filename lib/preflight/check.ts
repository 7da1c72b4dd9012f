import type { Finding } from '../../registry-app/src/doctor/probe.ts'
import type { CdktfEnvironment, Environment } from '../environment/environment.ts'

/** Who is asked what a name leads to. */
export interface Names {
  /** The addresses of a name, as everybody's resolver gives them. @throws if there are none */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** The same as this machine knows it, by its own files as well. @throws if there are none */
  readonly lookup: (name: string) => Promise<readonly string[]>
  /** The servers that a zone is delegated to. @throws if there are none */
  readonly nameServers: (zone: string) => Promise<readonly string[]>
}

/** What the checks take from the world around them. */
export interface Surroundings extends Names {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** One thing that would make a deployment fail halfway. */
export interface Check<E extends Environment = CdktfEnvironment, S extends Surroundings = Surroundings> {
  readonly name: string
  /** Where the answer is bad, the following checks have none. */
  readonly first?: true
  ask(environment: E, surroundings: S): Promise<Finding>
}
