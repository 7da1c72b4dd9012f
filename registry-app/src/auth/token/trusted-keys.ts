import { type KeyObject, X509Certificate } from 'node:crypto'
import { keyNames } from '../jwt/key-names.ts'
import { isStrong, keysOf } from '../jwt/key-set.ts'

/** Whose signatures are believed (`auth.token.rootcertbundle` and `jwks`). */
export interface TrustedKeys {
  /** They may vouch for the certificate that comes with a token. */
  readonly roots: readonly X509Certificate[]
  /** By what a token calls them (`kid`). */
  readonly keys: ReadonlyMap<string, KeyObject>
}

/** Whether that is a bundle or a set as it stands, and not the file that it is in: public keys are no secret, and a host may take no file. */
export const isItself = (given: string): boolean => /^\s*(?:\{|-----BEGIN )/.test(given)

/** What is wrong with the bundle or the set, for whoever configured it. */
export class UnusableKeys extends Error {
  override readonly name = 'UnusableKeys'
  readonly of: 'rootcertbundle' | 'jwks'

  constructor(of: UnusableKeys['of'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.of = of
  }
}

/**
 * Reads both, as Distribution does: the keys of the certificates count by their own names, those of the set by the names that it gives them.
 *
 * @param bundle certificates in PEM; what else is in it is passed over
 * @param set a set of keys in JSON (RFC 7517)
 * @throws UnusableKeys
 */
export function trustedKeys(bundle: string | undefined, set: string | undefined): TrustedKeys {
  const roots = bundle === undefined ? [] : certificatesIn(bundle)
  const keys = new Map<string, KeyObject>()
  for (const { publicKey } of roots) {
    if (isStrong(publicKey)) for (const name of keyNames(publicKey)) keys.set(name, publicKey)
  }
  for (const { kid, key } of set === undefined ? [] : keysIn(set)) keys.set(kid, key)
  return { roots, keys }
}

function certificatesIn(bundle: string): X509Certificate[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (!blocks) throw new UnusableKeys('rootcertbundle', 'has no certificate in PEM')
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block)
    } catch (cause) {
      throw new UnusableKeys('rootcertbundle', `certificate ${index + 1} cannot be read`, { cause })
    }
  })
}

function keysIn(set: string) {
  let read: unknown
  try {
    read = JSON.parse(set)
  } catch (cause) {
    throw new UnusableKeys('jwks', 'is no JSON', { cause })
  }
  const keys = keysOf(read)
  if (!keys) throw new UnusableKeys('jwks', 'is no set of keys: {"keys": [...]} (RFC 7517)')
  if (keys.length === 0)
    throw new UnusableKeys('jwks', 'has no public key to check signatures with: RSA of at least 2048 bits, EC or Ed25519')
  return keys
}
