import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../auth/access.ts'
import type { TokenOffice } from '../auth/local/token-office.ts'
import type { Happening } from '../events/happening.ts'
import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import type { Seal } from '../storage/seal.ts'
import type { Ui } from '../ui/ui.ts'
import type { Reply } from './reply.ts'

/** What an end-point gets to see: a request without its socket, and the registry. */
export interface Context {
  readonly registry: Registry
  readonly settings: ApiSettings
  readonly request: ApiRequest
  /** What the route's pattern found in the path, percent-decoded; not checked yet but for `name`. */
  readonly params: Params
  /** Who asks; absent where nobody has to say. */
  readonly caller?: Caller | undefined
  /** Where tokens are had; absent: not here. */
  readonly tokens?: TokenOffice | undefined
  /** What the page is told; absent: there is none. */
  readonly ui?: Ui | undefined
  /** The client's address, as far as it is known. */
  readonly address?: string | undefined
  /** To be told what has happened; absent: nobody wants to know. */
  readonly tell?: ((happening: Happening) => void) | undefined
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal
}

export type Handler = (context: Context) => Promise<Reply>

export interface ApiRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly query: URLSearchParams
  readonly body: RequestBody
  /** Scheme and host by which the client reached us; `undefined`: it named no host. */
  readonly base: () => string | undefined
}

export interface RequestBody {
  /** Content-Length in bytes, where the client told it. */
  readonly size: number | undefined
  /** Whether the request has no body, or says that it is of no bytes. */
  readonly empty: boolean
  /** The bytes, once; a piece may be overwritten as soon as the next is asked for. Throws when the client leaves, or stalls for too long. */
  readonly pieces: AsyncIterable<Uint8Array>
  /** From now on the whole body must arrive within the time for which it may otherwise stall: a slow sender holds memory that others wait for. */
  hurry(): void
}

export interface Params {
  readonly name: Name
  readonly digest: string
  readonly reference: string
  readonly upload: string
}

export interface ApiSettings {
  /** `storage.delete.enabled` */
  readonly deleteEnabled: boolean
  /** `storage.maintenance.readonly.enabled` */
  readonly readOnly: boolean
  /** `catalog.maxentries`: more is refused. */
  readonly catalogMaximum: number
  /** `tags.maxtags`: more is cut to it. */
  readonly tagsMaximum: number
  /** Seals places in the catalog that whoever gets them may not know. */
  readonly places: Seal
  /** Makes the path of an end-point a URL reference for Location and Link, as `http.host`, `prefix` and `relativeurls` have it. */
  readonly locate: (path: string, request: Pick<ApiRequest, 'base'>) => string
}
