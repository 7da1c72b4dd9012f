import { createHmac, timingSafeEqual } from 'node:crypto'
import { asDigest, type Digest } from './digest.ts'
import type { Name } from './name.ts'

/**
 * All that is known of an upload, as it travels in the signed Location: no process keeps anything of it.
 *
 * What was received so far lies in storage: first, if `whole` is set, one blob under its own digest; then the chunks, in order.
 */
export interface UploadState {
  readonly id: string
  readonly name: Name
  /** Bytes received so far. */
  readonly offset: number
  /** When the last chunk came, in seconds since 1970. */
  readonly touched: number
  /** The canonical digest of what came in one stream without a Content-Range: it lies under that digest already. */
  readonly whole?: Digest | undefined
  /** The names of the chunks that are not in `list`. */
  readonly chunks: readonly string[]
  /** The name of the object that lists the earlier chunks, one a line. */
  readonly list?: string | undefined
  /** State of the resumable sha256 over all that was received; absent where it has to be read again. */
  readonly hash?: Uint8Array | undefined
}

/** Raised when the fields change. Replicas of this and the previous release serve side by side during an update. */
const version = 1

type Wire = [version: number, offset: number, touched: number, whole: string, chunks: string, list: string, hash: string]

/** The state as one query parameter, signed: nobody can make one up, or carry one to another repository or upload. */
export function sealState(state: UploadState, secret: string): string {
  const { offset, touched, whole, chunks, list, hash } = state
  const wire: Wire = [
    version,
    offset,
    touched,
    whole ?? '',
    chunks.join(' '),
    list ?? '',
    hash ? Buffer.from(hash).toString('base64url') : '',
  ]
  const payload = Buffer.from(JSON.stringify(wire)).toString('base64url')
  return `${payload}.${sign(payload, state.name, state.id, secret)}`
}

/** @returns `undefined` if this is not a state that was sealed here, for this upload in this repository */
export function openState(sealed: string, name: Name, id: string, secret: string): UploadState | undefined {
  const [payload = ''] = sealed.split('.', 1)
  // Compared as text: base64 can write the same bytes in more than one way.
  const expected = Buffer.from(`${payload}.${sign(payload, name, id, secret)}`)
  const given = Buffer.from(sealed)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined

  const [format, offset, touched, whole, chunks, list, hash] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Wire
  if (format !== version) return undefined
  return {
    id,
    name,
    offset,
    touched,
    whole: asDigest(whole),
    chunks: chunks === '' ? [] : chunks.split(' '),
    list: list || undefined,
    hash: hash ? Buffer.from(hash, 'base64url') : undefined,
  }
}

function sign(payload: string, name: Name, id: string, secret: string): string {
  return createHmac('sha256', secret).update(`upload\n${name}\n${id}\n${payload}`).digest('base64url')
}
