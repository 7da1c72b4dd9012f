import { createHash } from 'node:crypto'
import { parseChallenges } from '../../registry-app/src/proxy/challenges.ts'
import type { Login } from './docker-login.ts'
import type { ImageName } from './image-name.ts'

export interface RemoteOptions extends Pick<ImageName, 'origin' | 'repository'> {
  readonly login: Login | undefined
  /** Whether something is to be pushed. */
  readonly push: boolean
  readonly signal: AbortSignal
}

export interface Fetched {
  readonly text: string
  readonly mediaType: string
  readonly digest: string
}

interface Call {
  readonly method: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | ReadableStream<Uint8Array>
}

/** What is asked of a repository in whichever registry: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
export class Remote {
  readonly #options: RemoteOptions
  #authorization: string | undefined

  constructor(options: RemoteOptions) {
    this.#options = options
  }

  /** @throws Error if what comes is not what its digest says */
  async manifest(reference: string, mediaTypes: readonly string[]): Promise<Fetched> {
    const answer = await this.#expect(200, `manifests/${reference}`, { method: 'GET', headers: { accept: mediaTypes.join(', ') } })
    const text = await answer.text()
    const digest = digestOf(text)
    if (reference.startsWith('sha256:') && digest !== reference) throw new Error(`${this.#named(reference)} came as ${digest}`)
    return { text, digest, mediaType: answer.headers.get('content-type') ?? '' }
  }

  /** A blob that is small, such as an image's configuration. */
  async text(digest: string): Promise<string> {
    const text = await (await this.#expect(200, `blobs/${digest}`, { method: 'GET' })).text()
    if (digestOf(text) !== digest) throw new Error(`${this.#named(digest)} came as ${digestOf(text)}`)
    return text
  }

  /** A blob of any size, as it comes. Whoever stores it sees whether it is what its digest says. */
  async stream(digest: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#expect(200, `blobs/${digest}`, { method: 'GET' })
    if (body === null) throw new Error(`${this.#named(digest)} came empty`)
    return body
  }

  async has(digest: string): Promise<boolean> {
    const { status } = await this.#send(`blobs/${digest}`, { method: 'HEAD' })
    return status === 200
  }

  /** In one request, which is what registries do soonest. */
  async put(digest: string, size: number, body: Uint8Array | ReadableStream<Uint8Array>): Promise<void> {
    const started = await this.#expect(202, 'blobs/uploads/', { method: 'POST' })
    const place = new URL(started.headers.get('location') ?? '', this.#options.origin)
    place.searchParams.set('digest', digest)
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(size) }
    await this.#expect(201, place, { method: 'PUT', headers, body })
  }

  async putManifest(reference: string, mediaType: string, text: string): Promise<string> {
    const body = Buffer.from(text)
    await this.#expect(201, `manifests/${reference}`, { method: 'PUT', headers: { 'content-type': mediaType }, body })
    return digestOf(text)
  }

  async #expect(status: number, path: string | URL, call: Call): Promise<Response> {
    const answer = await this.#send(path, call)
    if (answer.status === status) return answer
    const words = (await answer.text()).slice(0, 300)
    throw new Error(`${this.#options.origin} answers ${call.method} of ${this.#options.repository} with ${answer.status}: ${words}`)
  }

  async #send(path: string | URL, call: Call): Promise<Response> {
    const url = path instanceof URL ? path : new URL(`/v2/${this.#options.repository}/${path}`, this.#options.origin)
    const { origin } = new URL(this.#options.origin)
    const attempt = () => {
      const { method, headers = {}, body } = call
      // A place for an upload may be a store's, to which nobody's password goes.
      const authorization = this.#authorization !== undefined && url.origin === origin ? { authorization: this.#authorization } : {}
      const request = { method, headers: { ...headers, ...authorization }, signal: this.#options.signal }
      return fetch(url, body === undefined ? request : { ...request, body, duplex: 'half' })
    }
    const answer = await attempt()
    // A stream can be sent once. What comes before it, in `put`, has signed in. A store names nobody to whom a password goes.
    if (answer.status !== 401 || call.body instanceof ReadableStream || new URL(answer.url).origin !== origin) return answer
    await answer.body?.cancel()
    this.#authorization = await this.#signIn(answer.headers.get('www-authenticate') ?? '')
    return attempt()
  }

  /** By a password, or by a token for it: https://distribution.github.io/distribution/spec/auth/token/ */
  async #signIn(challenge: string): Promise<string> {
    const { login, repository, push, origin } = this.#options
    const basic = login && `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`
    const bearer = parseChallenges(challenge).find(({ scheme }) => scheme === 'bearer')
    if (bearer === undefined) {
      if (basic === undefined) throw new Error(`${origin} asks for a name and a password, and docker login noted none down`)
      return basic
    }
    const { realm: where = '', service } = bearer.parameters
    const realm = new URL(where, origin)
    if (realm.protocol !== 'https:' && realm.protocol !== new URL(origin).protocol)
      throw new Error(`${origin} asks for a token from ${realm.origin}, to which no password is sent in plain text`)
    if (service !== undefined) realm.searchParams.set('service', service)
    realm.searchParams.set('scope', `repository:${repository}:${push ? 'pull,push' : 'pull'}`)
    const answer = await fetch(realm, { headers: basic ? { authorization: basic } : {}, signal: this.#options.signal })
    if (!answer.ok) throw new Error(`${realm.origin} gives no token for ${repository}: ${answer.status}`)
    const { token, access_token = token } = (await answer.json()) as { token?: string; access_token?: string }
    return `Bearer ${access_token}`
  }

  #named(reference: string): string {
    return `${reference} of ${this.#options.origin}/${this.#options.repository}`
  }
}

export const digestOf = (content: string | Uint8Array): string => `sha256:${createHash('sha256').update(content).digest('hex')}`
