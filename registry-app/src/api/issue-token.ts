import { basicCredentials, encodePair } from '../auth/basic-credentials.ts'
import { basicChallenge } from '../auth/basic-gate.ts'
import type { IssuedToken, TokenOffice, TokenRequest } from '../auth/local/token-office.ts'
import { Unauthorized } from '../auth/refusals.ts'
import { WrongCredentials } from '../auth/sign-in.ts'
import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import { receiveBody } from './receive-body.ts'
import { json, type Reply } from './reply.ts'

/** A form holds a token or a password, and some scopes. Bytes. */
const longestForm = 32 * 1024

/**
 * `GET /auth/token`: a token for what the query's `scope` names, to whoever proves himself by Basic, and to nobody in particular
 * (https://distribution.github.io/distribution/spec/auth/token/).
 */
export async function getToken(context: Context): Promise<Reply> {
  const office = officeOf(context)
  const { request, address } = context
  const { query, headers } = request
  refuseOther(office, query.get('service'))
  const { authorization } = headers
  const basic = authorization === undefined ? undefined : basicCredentials(authorization)
  if (authorization !== undefined && basic === undefined) {
    throw new Unauthorized(basicChallenge(office.realm), 'only user name and password are understood here (Basic)')
  }
  const offline = query.get('offline_token') === 'true'
  return replyOf(
    await office
      .issue({ proof: basic === undefined ? undefined : { basic }, scopes: query.getAll('scope'), offline, address })
      .catch(error => unauthorized(office, error)),
  )
}

/**
 * `POST /auth/token`: the same by OAuth 2 (https://distribution.github.io/distribution/spec/auth/oauth/), with the grants `password` and `refresh_token`.
 *
 * A wrong password is a 401, as with the other way in, where RFC 6749 has 400: at that, clients try the other way (containerd).
 */
export async function postToken(context: Context): Promise<Reply> {
  const office = officeOf(context)
  const form = await formOf(context)
  refuseOther(office, form.get('service'))
  const request: TokenRequest = {
    proof: proofIn(form),
    scopes: form.getAll('scope'),
    offline: form.get('access_type') === 'offline',
    address: context.address,
  }
  return replyOf(await office.issue(request).catch(error => unauthorized(office, error)))
}

function officeOf({ tokens }: Context): TokenOffice {
  if (!tokens) throw new RegistryError('UNSUPPORTED', { reason: 'there is no such end-point' }, { status: 404 })
  return tokens
}

/** Whoever sends a client here with another registry's name may not have a token of ours for it. */
function refuseOther({ service }: TokenOffice, asked: string | null): void {
  if (asked === null || asked === '' || asked === service) return
  throw new RegistryError('UNSUPPORTED', { service: asked.slice(0, 256), reason: `tokens are for the service ${service}` }, { status: 400 })
}

function proofIn(form: URLSearchParams): TokenRequest['proof'] {
  const grant = form.get('grant_type')
  if (grant === 'refresh_token') return { refresh: wanted(form, 'refresh_token') }
  if (grant === 'password') return { basic: encodePair(wanted(form, 'username'), wanted(form, 'password')) }
  throw badRequest({ grant_type: grant?.slice(0, 64) ?? '', allowed: 'password or refresh_token' })
}

function wanted(form: URLSearchParams, field: string): string {
  const value = form.get(field)
  if (value === null || value === '') throw badRequest({ reason: `${field} is missing` })
  return value
}

async function formOf({ request }: Context): Promise<URLSearchParams> {
  const { body, headers } = request
  if (!/^application\/x-www-form-urlencoded *(?:;|$)/i.test(headers['content-type'] ?? '')) {
    throw badRequest({ 'content-type': headers['content-type']?.slice(0, 256), allowed: 'application/x-www-form-urlencoded' })
  }
  if ((body.size ?? 0) > longestForm) throw tooLong()
  const content = await receiveBody(request, total => {
    if (total > longestForm) throw tooLong()
  })
  return new URLSearchParams(content.toString())
}

const badRequest = (detail: object) => new RegistryError('UNSUPPORTED', detail, { status: 400 })
const tooLong = () => new RegistryError('SIZE_INVALID', { allowed: `at most ${longestForm} bytes` }, { status: 413 })

function unauthorized({ realm }: TokenOffice, error: unknown): never {
  throw error instanceof WrongCredentials ? new Unauthorized(basicChallenge(realm), error.reason) : error
}

/** `token` and `access_token` are the same, for older clients and for newer ones. */
const replyOf = ({ token, user, refreshToken, expiresIn, issuedAt, scope }: IssuedToken): Reply => ({
  ...json({
    token,
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresIn,
    issued_at: issuedAt.toISOString(),
    scope,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
  }),
  ...(user !== undefined && { user }),
})
