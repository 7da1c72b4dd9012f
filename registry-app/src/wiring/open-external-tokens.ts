import { readFileSync } from 'node:fs'
import type { Access } from '../auth/access.ts'
import { bearerChallenge } from '../auth/bearer-challenge.ts'
import { bearerGate } from '../auth/bearer-gate.ts'
import type { Gate } from '../auth/gate.ts'
import { type GatekeeperOptions, gatekeeper } from '../auth/gatekeeper.ts'
import { externalTokens, grantedByToken } from '../auth/token/external-tokens.ts'
import { isItself, type TrustedKeys, trustedKeys, UnusableKeys } from '../auth/token/trusted-keys.ts'
import { ConfigError } from '../config/complaint.ts'
import type { Config } from '../config/schema/config.ts'

type Settings = NonNullable<NonNullable<Config['auth']>['token']>

export interface ExternalTokenSurroundings {
  /** What rules say beside the tokens; absent: there are none. */
  access: Access | undefined
  denied: GatekeeperOptions['denied']
  now: () => Date
}

/** Whom a token server elsewhere has given a token (`auth.token`). @throws ConfigError */
export function openExternalTokens(settings: Settings, { access = grantedByToken, denied, now }: ExternalTokenSurroundings): Gate {
  const { service, issuer, signingalgorithms: algorithms, autoredirect, autoredirectpath, realm = '' } = settings
  const time = () => now().getTime()
  const challenge = bearerChallenge({
    // By https, as Distribution has it: whoever sends a password there must not send it in the clear because a proxy did not say how he came.
    realm: ({ base }) => (autoredirect ? `https://${hostOf(base())}${autoredirectpath}` : realm),
    service,
  })
  return bearerGate({
    verifier: externalTokens({ trusted: keysOf(settings), issuer, service, algorithms, now: time }),
    gatekeeper: gatekeeper({ access, challenge, denied }),
    challenge,
    now: time,
  })
}

/** Of who names none, or one that can be none, such as 999.1.1.1: he asks for nothing but an answer. */
const hostOf = (base = '') => URL.parse(base)?.host ?? 'localhost'

function keysOf({ rootcertbundle, jwks }: Settings): TrustedKeys {
  try {
    return trustedKeys(textOf('rootcertbundle', rootcertbundle), textOf('jwks', jwks))
  } catch (cause) {
    if (!(cause instanceof UnusableKeys)) throw cause
    const given = (cause.of === 'jwks' ? jwks : rootcertbundle) ?? ''
    const source = isItself(given) ? 'the configuration' : given
    throw new ConfigError([{ source, path: `auth.token.${cause.of}`, message: cause.message }], { cause })
  }
}

function textOf(of: 'rootcertbundle' | 'jwks', path: string | undefined): string | undefined {
  if (path === undefined || isItself(path)) return path
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError([{ source: path, path: `auth.token.${of}`, message: `cannot be read: ${reason}` }], { cause })
  }
}
