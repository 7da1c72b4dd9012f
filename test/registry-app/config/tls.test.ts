import { describe, expect, test } from 'vitest'
import { complaintsOf, load } from './complaints-of.ts'

const http = (keys: string) => load(`storage: inmemory\nhttp: {${keys}}`).config.http
const complaintsAbout = (keys: string) => complaintsOf(`storage: inmemory\nhttp: {${keys}}`)
const files = 'certificate: /c.pem, key: /k.pem'

describe('http.tls', () => {
  test("takes Distribution's keys", () => {
    const suites = 'ciphersuites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]'
    const clients = 'clientcas: [/ca.pem], clientauth: Verify-Client-Cert-If-Given'
    expect(http(`tls: {${files}, minimumtls: tls1.3, ${suites}, ${clients}}`).tls).toMatchObject({
      certificate: '/c.pem',
      key: '/k.pem',
      minimumtls: 'tls1.3',
      ciphersuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
      clientcas: ['/ca.pem'],
      clientauth: 'verify-client-cert-if-given',
    })
  })

  test('that is empty, or has empty values, asks for nothing', () => {
    for (const keys of ['tls: {}', 'tls:', "tls: {certificate: '', key: ''}"]) expect(http(keys).tls.certificate).toBeUndefined()
  })

  test.each([
    ['tls: {certificate: /c.pem}', 'http.tls.key: must be given: certificate and key belong together'],
    ['tls: {key: /k.pem}', 'http.tls.certificate: must be given: certificate and key belong together'],
    [`tls: {${files}, minimumtls: tls1.1}`, 'http.tls.minimumtls: must be one of tls1.2, tls1.3'],
    [`tls: {${files}, ciphersuites: [AES128-SHA]}`, "http.tls.ciphersuites.0: must be Go's name of a cipher suite"],
    [`tls: {${files}, ciphersuites: [TLS_RSA_WITH_3DES_EDE_CBC_SHA]}`, 'triple DES is broken'],
    [`tls: {${files}, clientauth: maybe}`, 'http.tls.clientauth: must be one of no-client-cert, request-client-cert'],
    [`tls: {${files}, clientauth: require-and-verify-client-cert}`, 'http.tls.clientcas: must name an authority'],
    ['tls: {clientcas: [/ca.pem]}', 'http.tls.certificate: must be given: without TLS no client can be asked'],
    ['redirect: {addr: ":80"}', 'http.redirect.addr: leads nowhere without http.tls'],
    [`tls: {${files}}, redirect: {addr: "80"}`, 'http.redirect.addr: must be host:port'],
  ])('{%s} is refused', (keys, complaint) => {
    expect(complaintsAbout(keys).join('\n')).toContain(complaint)
  })
})

describe('http.trustedproxies', () => {
  test('takes addresses, networks, and unix', () => {
    const entries = ['10.0.0.7', '10.0.0.0/8', '0.0.0.0/0', '::1', 'fd00::/8', '::ffff:10.0.0.0/104', 'unix']
    expect(http(`trustedproxies: ${JSON.stringify(entries)}`).trustedproxies).toEqual(entries)
  })

  test.each(['proxy.example.com', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/8/8', '10.0.0.0/', '10.0.0.0/-1', 'fe80::1%eth0', '*', ''])(
    '%j is refused',
    entry => {
      expect(complaintsAbout(`trustedproxies: [${JSON.stringify(entry)}]`)).toEqual([
        expect.stringContaining('http.trustedproxies.0: must be an IP address, a network such as 10.0.0.0/8, or unix'),
      ])
    },
  )
})
