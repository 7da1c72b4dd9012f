/** Go's names, which are IANA's but for two, to OpenSSL's. Those of TLS 1.3 are the same in both. */
const suites: Readonly<Record<string, string>> = {
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_AES_128_GCM_SHA256: 'TLS_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS_CHACHA20_POLY1305_SHA256',
}

/** Distribution knows these too; OpenSSL, as Node.js has it, speaks them no more. */
const gone: ReadonlySet<string> = new Set(['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA'])

/** Distribution's default: forward secrecy and authenticated encryption alone. */
const usual = Object.keys(suites).filter(name => !/_CBC_|TLS_RSA_/.test(name))

/** Why a suite cannot be had, to follow "must be"; `undefined`: it can. */
export function complaintOfSuite(name: string): string | undefined {
  if (gone.has(name)) return `another suite than ${name}: triple DES is broken, and not supported`
  return name in suites ? undefined : `Go's name of a cipher suite, such as ${usual[0]}`
}

/**
 * In the order given. Where the list has none of TLS 1.3, all three stay: Go does not let them be chosen, and without one TLS 1.3 would be off.
 *
 * @param names Go's; none: Distribution's default
 */
export function openSslCiphers(names: readonly string[]): string {
  const chosen = names.length > 0 ? names : usual
  const modern = Object.keys(suites).filter(name => suites[name] === name)
  const all = chosen.some(name => modern.includes(name)) ? chosen : [...chosen, ...modern]
  return all.map(name => suites[name] ?? name).join(':')
}
