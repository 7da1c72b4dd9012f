import type { Finding } from '../doctor/probe.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'

/** What the checks take from the world around them. */
export interface Surroundings {
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** The addresses of a name, as everybody's resolver gives them. @throws if there are none */
  readonly resolve: (name: string) => Promise<readonly string[]>
  /** The servers that a zone is delegated to. @throws if there are none */
  readonly nameServers: (zone: string) => Promise<readonly string[]>
}

/** One thing that would make a deployment fail halfway. */
export interface Check {
  readonly name: string
  ask(environment: CdktfEnvironment, surroundings: Surroundings): Promise<Finding>
}
