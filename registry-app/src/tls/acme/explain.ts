import { SealError } from '../../storage/seal.ts'
import { AcmeProblem, AcmeUnreachable, ChallengeFailed } from './problem.ts'

/** Why there is no certificate for `host`, and what to do: a sentence for a person. */
export function explain(error: unknown, host: string): string {
  if (error instanceof ChallengeFailed) return explainChallenge(error, host)
  if (error instanceof AcmeProblem) return said(error, advice[error.type])
  if (error instanceof AcmeUnreachable || error instanceof SealError) return error.message
  return error instanceof Error ? error.message : String(error)
}

function explainChallenge({ challenge, problem }: ChallengeFailed, host: string): string {
  const port = challenge === 'http-01' ? 80 : 443
  const place = challenge === 'http-01' ? `http://${host}/.well-known/acme-challenge/` : `${host}:443`
  const proxy = challenge === 'http-01' ? 'a proxy passes that path on' : 'a proxy ends TLS before this registry (then use http-01)'
  const look = `look whether the DNS record of ${host} points here, and whether ${proxy}`
  const causes: Readonly<Record<Cause, string>> = {
    dns: `its DNS finds no address of ${host}: make an A or AAAA record that points here`,
    connection: `it reached nobody at port ${port} of ${host}: open that port to the internet; ${look}`,
    tls: `somebody at ${place} does not speak TLS as this registry does: ${look}`,
    caa: `the CAA record of ${host} does not allow this authority: add it there, or take the record away`,
    elsewhere: `somebody else answers at ${place}: ${look}`,
  }
  return `${challenge} failed: ${said(problem, causes[causeOf(problem)])}`
}

type Cause = 'dns' | 'connection' | 'tls' | 'caa' | 'elsewhere'

/** Not every authority uses the types of RFC 8555 for what they mean. */
function causeOf({ type, message }: AcmeProblem): Cause {
  if (type === 'dns' || /could not resolve|NXDOMAIN|SERVFAIL/i.test(message)) return 'dns'
  if (type === 'connection' || /failed to connect|connection refused/i.test(message)) return 'connection'
  return type === 'tls' || type === 'caa' ? type : 'elsewhere'
}

/** RFC 8555, section 6.7, and RFC 9773, section 7.4. */
const advice: Readonly<Record<string, string>> = {
  externalAccountRequired: 'it wants an account that it knows: set http.tls.letsencrypt.eab.kid and eab.hmackey to what it gave you',
  accountDoesNotExist: 'it does not know the account any more',
  rateLimited: 'it allows no more for now, and is asked again when it says so',
  rejectedIdentifier: 'it gives no certificates for this name',
  caa: 'a CAA record in the DNS does not allow this authority',
  dns: 'its DNS does not find the name',
  invalidContact: 'http.tls.letsencrypt.email is no address that it takes',
  unsupportedContact: 'http.tls.letsencrypt.email is no address that it takes',
  userActionRequired: 'it wants somebody to agree to something on its site',
  serverInternal: 'it has a problem of its own',
  badNonce: 'it refused one nonce after another',
  unauthorized:
    'it does not let this account do that: look whether the account was deactivated, and whether eab.kid and eab.hmackey are right',
}

const said = (problem: AcmeProblem, meaning: string | undefined) =>
  `the certificate authority says "${problem.message}" (${problem.type})${meaning === undefined ? '' : `: ${meaning}`}`
