import { asDigest, type Digest } from '../registry/digest.ts'

/** What a manifest names. It never changes. */
export interface References {
  readonly blobs: readonly Digest[]
  /** The entries of an index. Some may be blobs. */
  readonly manifests: readonly Digest[]
  readonly subject?: Digest | undefined
}

type Json = Readonly<Record<string, unknown>>

/**
 * Reads leniently, since what another program stored is to stay too: each descriptor in its usual place, whatever the media type says. What is no JSON names each
 * digest that stands in its bytes.
 */
export function referencesOf(content: Uint8Array): References {
  const text = Buffer.from(content).toString('latin1')
  const json = objectIn(text)
  if (!json) return { blobs: [...new Set(text.match(anyDigest))] as Digest[], manifests: [] }
  const schema1 = listOf(json.fsLayers).map(layer => digestOf(layer.blobSum))
  const blobs = [digestIn(json.config), ...[json.layers, json.blobs].flatMap(listOf).map(digestIn), ...schema1]
  return { blobs: distinct(blobs), manifests: distinct(listOf(json.manifests).map(digestIn)), subject: digestIn(json.subject) }
}

const anyDigest = /sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}/g

function objectIn(text: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])
const digestOf = (value: unknown) => (typeof value === 'string' ? asDigest(value) : undefined)
const digestIn = (value: unknown) => (isObject(value) ? digestOf(value.digest) : undefined)
const distinct = (digests: readonly (Digest | undefined)[]) => [...new Set(digests.filter(digest => digest !== undefined))]
