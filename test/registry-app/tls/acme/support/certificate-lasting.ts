import { createSecureContext } from 'node:tls'
import type { Certificate } from '../../../../../registry-app/src/tls/certificates.ts'

/** Made at the beginning of 1970, and nothing that a client could use. */
export const certificateLasting = (milliseconds: number): Certificate => ({
  facts: { names: ['registry.test'], notBefore: new Date(0), notAfter: new Date(milliseconds), issuer: 'CN=trial authority', serial: '01' },
  context: createSecureContext(),
  pair: { cert: 'a certificate', key: 'a key' },
})
