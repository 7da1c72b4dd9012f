import type { Credentials } from './credentials.ts'
import type { Signer } from './signer.ts'

/** By whom, how and when a request is signed. */
export interface Identity {
  credentials: Credentials
  signer: Signer
  /** By the store's clock, as far as it is known to differ from ours. */
  date: Date
}
