import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

export const issuer = 'https://auth.example.com'
export const service = 'registry.example.com'
/** Seconds since 1970. */
export const time = 1_800_000_000

export const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** How each algorithm signs, written from RFC 7518 and by Node.js alone: the library that checks has no hand in it. */
export function signature(alg: string, input: string, key: KeyObject | string): string {
  const bits = alg.slice(2)
  if (alg === 'none') return ''
  if (alg.startsWith('HS')) return createHmac(`sha${bits}`, key).update(input).digest('base64url')
  const digest = alg === 'EdDSA' ? undefined : `sha${bits}`
  const padding = alg.startsWith('PS') ? { padding: 6, saltLength: Number(bits) / 8 } : {}
  return sign(digest, Buffer.from(input), { key: key as KeyObject, dsaEncoding: 'ieee-p1363', ...padding }).toString('base64url')
}

/** A signed token. @param claims as they are, or the text of their JSON */
export function token(header: Record<string, unknown>, claims: unknown, key: KeyObject | string): string {
  const input = `${part(header)}.${part(claims)}`
  return `${input}.${signature(String(header.alg), input, key)}`
}

export interface Pair {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Record<string, unknown>
}

export function ecPair(namedCurve = 'P-256'): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve })
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }) } }
}

export function rsaPair(modulusLength = 2048): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }) } }
}

export function edPair(): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }) } }
}

export const privateKeyIn = (pkcs8: string) => createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
export const publicHalf = (key: KeyObject) => createPublicKey(key)
export const pem = (der: string) => `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
