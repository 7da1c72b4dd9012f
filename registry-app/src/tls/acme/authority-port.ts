import type { PemPair } from '../certificates.ts'
import type { ChallengeType } from './problem.ts'

/** What the registry asks of a certificate authority. It throws AcmeProblem, AcmeUnreachable and ChallengeFailed (`problem.ts`). */
export interface Authority {
  /** A private key in PEM. */
  newKey(): Promise<string>

  /** The account of a key: a new one, or the one that the authority knows already. Agrees to the authority's terms. */
  register(key: string, email: string | undefined): Promise<Account>

  changeEmail(account: Account, email: string | undefined): Promise<void>

  /** @returns the certificate and its chain in PEM */
  order(account: Account, request: OrderRequest): Promise<string>

  /** When it would like a certificate to be renewed (ARI, RFC 9773); `undefined` if it has no such service. */
  renewalInfo(pem: string): Promise<RenewalInfo | undefined>

  /** The certificate that answers a TLS-ALPN-01 challenge (RFC 8737, section 3). */
  proofFor(host: string, keyAuthorization: string): Promise<PemPair>
}

export interface Account {
  /** PEM. */
  readonly key: string
  readonly url: string
}

export interface OrderRequest {
  readonly host: string
  /** The new certificate's private key, in PEM. */
  readonly key: string
  /** The one that it takes the place of, in PEM. */
  readonly replaces: string | undefined
  readonly challenge: ChallengeType
  /** Lets the authority find the proof. Resolves when it can be asked for. */
  readonly prove: (proof: Proof) => Promise<void>
}

export interface Proof {
  readonly host: string
  readonly type: ChallengeType
  readonly token: string
  readonly keyAuthorization: string
}

export interface RenewalInfo {
  /** Milliseconds since 1970. */
  readonly start: number
  readonly end: number
  /** Milliseconds until the question should be asked again. */
  readonly retryAfter: number | undefined
  /** The address of a page about it. */
  readonly explanation: string | undefined
}
