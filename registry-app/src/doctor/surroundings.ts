import type { CredentialsProvider } from '../s3/credentials.ts'
import type { Surroundings as ClientSurroundings } from '../s3/options.ts'

/** What the doctor takes from the world around it. */
export interface Surroundings extends ClientSurroundings {
  readonly credentials: CredentialsProvider
  /** A few letters and digits that nobody used before. */
  readonly nonce: () => string
  /** Aborted where somebody does not want to wait any more. */
  readonly signal: AbortSignal
}
