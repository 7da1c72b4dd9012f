import { createSecureContext, getCiphers } from 'node:tls'
import { expect, test } from 'vitest'
import { complaintOfSuite, openSslCiphers } from '../../../registry-app/src/config/cipher-suites.ts'

/** Every name that Distribution's `registry.go` has in its table. */
const known = [
  'TLS_RSA_WITH_AES_128_CBC_SHA',
  'TLS_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
]

test.each(known)("%s is one of OpenSSL's", name => {
  expect(complaintOfSuite(name)).toBeUndefined()
  const [own = ''] = openSslCiphers([name]).split(':')
  expect(getCiphers()).toContain(own.toLowerCase())
  createSecureContext({ ciphers: openSslCiphers([name]) })
})

test.each(['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA'])('%s is refused, since nobody has it any more', name => {
  expect(complaintOfSuite(name)).toMatch(/triple DES/)
})

test("OpenSSL's own names are no names here", () => {
  expect(complaintOfSuite('ECDHE-RSA-AES128-SHA')).toMatch(/^Go's name of a cipher suite, such as TLS_ECDHE_/)
})

test('without a list, only suites with forward secrecy and authenticated encryption are spoken', () => {
  expect(openSslCiphers([])).not.toMatch(/(^|:)AES|-SHA(:|$)/)
})

test('a list for TLS 1.2 leaves TLS 1.3 as it is', () => {
  expect(openSslCiphers(['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'])).toMatch(/^ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128/)
})
