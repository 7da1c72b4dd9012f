import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** Keeps what lies elsewhere, such as private keys in a storage, readable to those alone who know the secret. */
export interface Seal {
  /** @param place what the text belongs to: it can be opened in that place only */
  close(text: string, place: string): string
  /** @throws SealError if it was sealed with another secret, or for another place */
  open(sealed: string, place: string): string
}

/** The message says what to do. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const mark = 'sealed-1:'
const ivBytes = 12
const tagBytes = 16

/**
 * AES-256-GCM under a key made of the operator's secret (HKDF, RFC 5869).
 *
 * What was stored before there was a secret is read as it stands. The secret that a registry makes by itself would seal nothing: it lies beside.
 *
 * @param secret `http.secret` as configured; absent: texts stay as they are
 * @param purpose what is sealed for one is opened for no other
 */
export function createSeal(secret: string | undefined, purpose: 'acme private keys' | 'token private keys' | 'catalog places'): Seal {
  const key = secret === undefined ? undefined : Buffer.from(hkdfSync('sha256', secret, '', `bucket-registry ${purpose}`, 32))
  return {
    close(text, place) {
      if (!key) return text
      const iv = randomBytes(ivBytes)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place))
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return mark + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
    },
    open(sealed, place) {
      if (!sealed.startsWith(mark)) return sealed
      const mend = `set the http.secret that it was sealed with, or delete ${place}: then a new one is made`
      if (!key) throw new SealError(`the private key in ${place} is sealed, and http.secret is not set: ${mend}`)
      const bytes = Buffer.from(sealed.slice(mark.length), 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
        return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8')
      } catch (cause) {
        throw new SealError(`the private key in ${place} was sealed with another http.secret: ${mend}`, { cause })
      }
    },
  }
}
