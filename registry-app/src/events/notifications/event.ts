import type { Circumstances, Happening } from '../happening.ts'
import { type Descriptor, referencesOf } from './references.ts'

/** Distribution's `notifications.Event`, in the order of its fields; what its JSON leaves out where it is empty is `undefined` here. */
export interface Event {
  readonly id: string
  readonly timestamp: string
  readonly action: Happening['action']
  readonly target: {
    readonly mediaType: string
    readonly digest: string
    readonly size: number
    /** The same as `size`. */
    readonly length: number | undefined
    readonly repository: string
    readonly fromRepository: string | undefined
    readonly url: string | undefined
    readonly tag: string | undefined
    readonly references: readonly Descriptor[] | undefined
  }
  readonly request: {
    readonly id: string
    readonly addr: string | undefined
    readonly host: string | undefined
    readonly method: string
    readonly useragent: string
  }
  readonly actor: { readonly name: string | undefined }
  readonly source: Source
}

/** The process that tells of it. */
export interface Source {
  readonly addr: string
  /** Another one after each start. */
  readonly instanceID: string
}

export interface EventOptions {
  source: Source
  /** `notifications.events.includereferences` */
  includeReferences: boolean
  now: () => Date
  randomId: () => string
}

/** What happened, as Distribution's `notifications/bridge.go` tells it: of what was deleted, only what the request named. */
export function eventOf(happening: Happening, where: Circumstances, { source, includeReferences, now, randomId }: EventOptions): Event {
  const { action, object, name, digest, tag, size = 0, from, content } = happening
  const gone = action === 'delete'
  const references = includeReferences && content ? referencesOf(content) : []
  return {
    id: randomId(),
    timestamp: now().toISOString(),
    action,
    target: {
      mediaType: gone ? '' : (happening.mediaType ?? 'application/octet-stream'),
      digest: digest ?? '',
      size,
      length: size || undefined,
      repository: name,
      fromRepository: from,
      url: gone || digest === undefined ? undefined : where.urlOf(`/v2/${name}/${object}s/${digest}`),
      tag,
      references: references.length > 0 ? references : undefined,
    },
    request: {
      id: where.requestId,
      addr: addressOf(where),
      host: where.headers.host || undefined,
      method: where.method,
      useragent: where.headers['user-agent'] ?? '',
    },
    actor: { name: where.caller?.name || undefined },
    source,
  }
}

/** As Go writes it: `192.0.2.7:4711`, `[2001:db8::7]:4711`. */
function addressOf({ remoteAddress, remotePort }: Circumstances): string | undefined {
  if (remoteAddress === undefined || remotePort === undefined) return remoteAddress
  return `${remoteAddress.includes(':') ? `[${remoteAddress}]` : remoteAddress}:${remotePort}`
}
