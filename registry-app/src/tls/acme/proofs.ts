import type { Proof } from './authority-port.ts'
import type { AcmeStore } from './store.ts'

/** What the authority may ask any replica for: it follows the name, and finds one of them. */
export interface Proofs {
  /** Resolves when every replica knows it. */
  publish(proof: Proof): Promise<void>
  withdraw(): Promise<void>
  /** The answer to `/.well-known/acme-challenge/<token>` (RFC 8555, section 8.3). */
  forToken(token: string): Promise<Proof | undefined>
  /** What the certificate for `acme-tls/1` has to say (RFC 8737). */
  forHost(host: string): Promise<Proof | undefined>
}

export interface ProofsOptions {
  readonly store: Pick<AcmeStore, 'proofs' | 'saveProofs'>
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<unknown>
  readonly signal: AbortSignal
  /** Milliseconds. */
  readonly clock: () => number
}

/** However many strangers ask for tokens, the store is asked once in so many milliseconds. */
const believedFor = 1000

export function createProofs({ store, sleep, signal, clock }: ProofsOptions): Proofs {
  let own: readonly Proof[] = []
  let asked = Number.NEGATIVE_INFINITY
  let known: Promise<readonly Proof[]> = Promise.resolve([])

  const published = () => {
    if (clock() - asked >= believedFor) {
      asked = clock()
      // An authority that asks while the store is away hears of no proof, and the order is repeated.
      known = store.proofs().catch(() => [])
    }
    return known
  }
  const find = async (matches: (proof: Proof) => boolean) => own.find(matches) ?? (await published()).find(matches)

  return {
    async publish(proof) {
      own = [...own, proof]
      await store.saveProofs(own)
      // What another replica read a moment ago, and still believes, did not have it.
      await sleep(believedFor * 1.5, signal)
    },
    async withdraw() {
      if (own.length === 0) return
      own = []
      await store.saveProofs([])
    },
    forToken: token => find(proof => proof.type === 'http-01' && proof.token === token),
    forHost: host => find(proof => proof.type === 'tls-alpn-01' && proof.host === host),
  }
}
