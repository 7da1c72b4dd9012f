import { createHash } from 'node:crypto'
import type { CredentialsProvider } from '../../../registry-app/src/s3/credentials.ts'
import { encodeQuery } from '../../../registry-app/src/s3/encode-query.ts'
import { v4Signer } from '../../../registry-app/src/s3/sign-v4.ts'
import { parseXml, type XmlElement } from '../../../registry-app/src/s3/xml.ts'
import { AwsRefusal, refusalIn } from './refusal.ts'
import { endpointOf, type ServiceName } from './services.ts'

/** Milliseconds. Somebody is waiting. */
const patience = 15_000

export interface AccountOptions {
  readonly region: string
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly credentials: CredentialsProvider
  readonly now: () => Date
  readonly signal: AbortSignal
}

interface AccountCall {
  readonly method: 'GET' | 'POST'
  readonly path?: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface AccountAnswer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly text: string
}

/**
 * Asks AWS about an account in one region, and never changes anything.
 *
 * Not by the clients of the AWS SDK: eight of them would be 40 packages for a dozen questions, and the registry's own signer is here anyway.
 * Its three protocols: https://smithy.io/2.0/aws/protocols/index.html
 */
export class AwsAccount {
  readonly region: string
  readonly #options: AccountOptions

  constructor(options: AccountOptions) {
    this.region = options.region
    this.#options = options
  }

  /** In the protocol of the younger services. @param action with the service's own prefix. @throws AwsRefusal */
  async json(service: ServiceName, action: string, input: object): Promise<unknown> {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': action }
    return JSON.parse(await this.#ask(service, action.replace(/^.*\./, ''), { method: 'POST', headers, body: JSON.stringify(input) }))
  }

  /** In the protocol of the older ones. @throws AwsRefusal */
  async query(service: ServiceName, Action: string, Version: string, input: Readonly<Record<string, string>> = {}): Promise<XmlElement> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    return parseXml(await this.#ask(service, Action, { method: 'POST', headers, body: encodeQuery({ Action, Version, ...input }) }))
  }

  /** At a path that says what is meant. @throws AwsRefusal */
  async rest(service: ServiceName, action: string, path: string): Promise<XmlElement> {
    return parseXml(await this.#ask(service, action, { method: 'GET', path }))
  }

  /** Whatever the answer is. */
  async send(service: ServiceName, { method, path = '/', query = {}, headers = {}, body = '' }: AccountCall): Promise<AccountAnswer> {
    const { variables, credentials, now, signal } = this.#options
    const { url, region, scope } = endpointOf(service, this.region, variables)
    const payload = createHash('sha256').update(body).digest('hex')
    const request = { method, host: url.host, path, query, headers, payload }
    const signed = v4Signer(region, scope).sign(request, await credentials(), now())
    const search = encodeQuery(query)
    const limit = AbortSignal.timeout(patience)
    try {
      const answer = await fetch(`${url.origin}${path}${search === '' ? '' : `?${search}`}`, {
        method,
        headers: signed,
        redirect: 'manual',
        signal: AbortSignal.any([signal, limit]),
        ...(method === 'POST' ? { body } : {}),
      })
      return { status: answer.status, header: name => answer.headers.get(name) ?? undefined, text: await answer.text() }
    } catch (cause) {
      signal.throwIfAborted()
      const why = limit.aborted ? `within ${patience / 1000} seconds` : `(${whyOf(cause)})`
      throw new Error(`${url.host} does not answer ${why}`, { cause })
    }
  }

  async #ask(service: ServiceName, action: string, call: AccountCall): Promise<string> {
    const { status, text } = await this.send(service, call)
    if (status >= 300) throw new AwsRefusal({ service, action, status, ...refusalIn(text) })
    return text
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
const whyOf = (cause: unknown) => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return inner instanceof Error ? ('code' in inner ? String(inner.code) : inner.message) : String(inner)
}
