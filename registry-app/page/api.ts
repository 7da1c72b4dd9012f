import type { RestoredAnswer } from './answers.ts'

/** What the registry answered instead of what was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0: no answer came. */
  readonly status: number
  readonly id: string | undefined
  /** `WWW-Authenticate`. */
  readonly challenge: string

  constructor(status: number, message: string, { id, challenge = '' }: { id?: string | undefined; challenge?: string } = {}) {
    super(message)
    this.status = status
    this.id = id
    this.challenge = challenge
  }
}

export interface Api {
  json<Answer>(path: string, signal?: AbortSignal): Promise<Answer>
  bytes(path: string, signal?: AbortSignal): Promise<Blob>
  manifest(name: string, reference: string, signal?: AbortSignal): Promise<{ digest: string; size: number; manifest: unknown }>
  remove(path: string): Promise<void>
  /** Has the registry do something. */
  post(path: string): Promise<void>
  /** Brings back what was deleted. */
  restore(name: string, reference: string): Promise<void>
  /** Brings back all that went with a repository. */
  restoreRepository(name: string): Promise<RestoredAnswer>
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  '*/*',
].join(', ')

/** No page of another site can send it: so the registry knows this one, whatever a proxy before it makes of its host. */
const own = { 'x-registry-page': '1' }

/** @param base ends with `/v2/` @param authorization of whoever has signed in: it lives in this page's memory, and goes nowhere else */
export function createApi(base: string, authorization: string | undefined): Api {
  async function ask(path: string, init: RequestInit): Promise<Response> {
    const headers = { ...init.headers, ...(authorization && { authorization }) }
    // With `omit`, browsers show no window of their own for a 401; nothing is left in a cache for whoever sits here next.
    const answer = await fetch(base + path, { ...init, headers, credentials: 'omit', cache: 'no-store' }).catch(error => {
      throw init.signal?.aborted ? error : new ApiError(0, String(error))
    })
    if (answer.ok) return answer
    const id = answer.headers.get('x-request-id') ?? undefined
    throw new ApiError(answer.status, await messageIn(answer), { id, challenge: answer.headers.get('www-authenticate') ?? '' })
  }

  const get = (path: string, signal: AbortSignal | undefined, headers = {}) => ask(path, { headers, ...(signal && { signal }) })

  return {
    json: async (path, signal) => (await get(path, signal)).json(),
    bytes: async (path, signal) => (await get(path, signal)).blob(),
    async manifest(name, reference, signal) {
      const answer = await get(`${name}/manifests/${reference}`, signal, { accept: manifestTypes })
      const content = await answer.text()
      const size = new TextEncoder().encode(content).length
      return { digest: answer.headers.get('docker-content-digest') ?? reference, size, manifest: JSON.parse(content) }
    },
    async remove(path) {
      await ask(path, { method: 'DELETE' })
    },
    async post(path) {
      await ask(path, { method: 'POST' })
    },
    async restore(name, reference) {
      await ask(`${name}/_bucket-registry/ui/restore/${reference}`, { method: 'POST', headers: own })
    },
    async restoreRepository(name) {
      return (await ask(`${name}/_bucket-registry/ui/restore`, { method: 'POST', headers: own })).json()
    },
  }
}

async function messageIn(answer: Response): Promise<string> {
  try {
    const { errors } = (await answer.json()) as { errors: { message: string; detail?: { reason?: string } }[] }
    return errors[0]?.detail?.reason ?? errors[0]?.message ?? answer.statusText
  } catch {
    return answer.statusText
  }
}

/** Name and password as a header (RFC 7617), in UTF-8. */
export function basic(user: string, password: string): string {
  const raw = new TextEncoder().encode(`${user}:${password}`)
  return `Basic ${btoa(Array.from(raw, byte => String.fromCharCode(byte)).join(''))}`
}

/** Where another server issues the tokens, if one does. @param own this page's origin */
export function tokenServerIn(challenge: string, own: string): string | undefined {
  const realm = /^bearer .*?realm="([^"]*)"/i.exec(challenge)?.[1]
  return realm !== undefined && URL.canParse(realm) && new URL(realm).origin !== own ? realm : undefined
}
