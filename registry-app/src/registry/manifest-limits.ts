import { RegistryError } from './errors.ts'
import type { ManifestContent } from './manifest-content.ts'

/** What all manifests that are being pushed may hold together, in bytes as they were sent. */
export const manifestMemory = 64 * 1024 * 1024

/** An image has a few levels. What is much deeper is made for programs that read it by calling themselves. */
const deepest = 64

/** Each may cost a request to the storage. An index of the largest registries has some hundred, a data set in layers some thousand. */
const mostReferences = 10_000

/**
 * Refuses JSON whose arrays and objects are nested too deeply, without parsing it.
 *
 * @throws RegistryError MANIFEST_INVALID
 */
export function refuseDepth(content: Uint8Array): void {
  let depth = 0
  let inText = false
  for (let at = 0; at < content.length; at++) {
    const byte = content[at]
    if (byte === quote) inText = !inText
    else if (inText) at += byte === backslash ? 1 : 0
    else if (byte === brace || byte === bracket) {
      if (++depth > deepest) {
        throw new RegistryError('MANIFEST_INVALID', { reason: `lists and objects may stand in one another ${deepest} deep` })
      }
    } else if (byte === closingBrace || byte === closingBracket) depth--
  }
}

const [quote, backslash, brace, closingBrace, bracket, closingBracket] = Buffer.from('"\\{}[]')

/** @throws RegistryError MANIFEST_INVALID with 413 */
export function refuseReferences({ layers, manifests }: ManifestContent): void {
  const references = layers.length + manifests.length
  if (references > mostReferences) {
    throw new RegistryError('MANIFEST_INVALID', { references, allowed: `at most ${mostReferences}` }, { status: 413 })
  }
}
