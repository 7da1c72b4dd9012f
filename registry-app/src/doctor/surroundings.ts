import type { CredentialsProvider } from '../s3/credentials.ts'
import type { Surroundings as ClientSurroundings, S3Options } from '../s3/options.ts'

/** What the doctor takes from the world around it. */
export interface Surroundings extends ClientSurroundings {
  readonly credentials: CredentialsProvider
  /** Told of every request that the app's own client makes. @default - nobody is */
  readonly observe?: S3Options['observe']
  /** A few letters and digits that nobody used before. */
  readonly nonce: () => string
  /** Aborted where somebody does not want to wait any more. */
  readonly signal: AbortSignal
}
