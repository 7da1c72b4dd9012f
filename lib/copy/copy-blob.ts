import { LRUCache } from 'lru-cache'
import { queue } from '../../registry-app/src/concurrency/queue.ts'
import { verifiedBody } from '../../registry-app/src/registry/verified-body.ts'
import { RegistryFailure } from '../registry-client/http/failure.ts'
import type { BlobInfo, ImageSource, ImageTarget } from '../registry-client/ports.ts'

export type BlobOutcome = 'sent' | 'mounted' | 'present'

/** Copies blobs, so many at a time, however many images they belong to. */
export interface BlobCopier {
  copy(source: ImageSource, target: ImageTarget, blob: BlobInfo): Promise<BlobOutcome>
}

export interface BlobCopierOptions {
  /** How many at a time. */
  readonly jobs: number
  /** Nothing is sent, and what would have been is told. */
  readonly dryRun: boolean
  /** Told of bytes that were read from the source, whatever becomes of them. */
  readonly moved: (bytes: number) => void
  readonly signal: AbortSignal
}

/** Of so many blobs it is known in which repository of the target they are. */
const remembered = 50_000

export function blobCopier({ jobs, dryRun, moved, signal }: BlobCopierOptions): BlobCopier {
  const places = queue(jobs)
  const there = new LRUCache<string, string>({ max: remembered })
  /** What is on its way to some repository: others of the same registry wait for it, and mount it. */
  const sending = new Map<string, Promise<void>>()

  async function mounted(source: ImageSource, target: ImageTarget, blob: BlobInfo): Promise<boolean> {
    const { place } = target
    if (!place) return false
    const key = keyOf(target, blob)
    await sending.get(key)
    const candidates = new Set([source.place?.origin === place.origin ? source.place.repository : undefined, there.get(key)])
    for (const from of candidates) {
      if (from === undefined || from === place.repository) continue
      if (dryRun || (await target.mount(blob, from))) return true
    }
    return false
  }

  async function send(source: ImageSource, target: ImageTarget, blob: BlobInfo): Promise<void> {
    if (dryRun) return
    const key = keyOf(target, blob)
    const sent = target.putBlob(blob, () => checked(source, blob, moved))
    // Whoever waits finds out by himself what became of it.
    const settled = sent.catch(() => {})
    sending.set(key, settled)
    try {
      await sent
    } finally {
      if (sending.get(key) === settled) sending.delete(key)
    }
  }

  async function outcomeOf(source: ImageSource, target: ImageTarget, blob: BlobInfo): Promise<BlobOutcome> {
    if (dryRun && there.get(keyOf(target, blob)) === repositoryOf(target)) return 'present'
    if (await target.hasBlob(blob)) return 'present'
    if (await mounted(source, target, blob)) return 'mounted'
    await send(source, target, blob)
    return 'sent'
  }

  return {
    async copy(source, target, blob) {
      await places.enter(1, signal)
      try {
        const outcome = await outcomeOf(source, target, blob)
        there.set(keyOf(target, blob), repositoryOf(target))
        return outcome
      } finally {
        places.leave(1)
      }
    },
  }
}

const keyOf = ({ place, title }: ImageTarget, { digest }: BlobInfo) => `${place?.origin ?? title}@${digest}`
const repositoryOf = ({ place, title }: ImageTarget) => place?.repository ?? title

/** The last piece comes only if all of them have the digest. */
async function* checked(source: ImageSource, blob: BlobInfo, moved: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const { digest, size } = blob
  try {
    for await (const piece of verifiedBody({ size, body: source.blob(blob) }, digest, `${source.title}: ${digest}`, () => {})) {
      moved(piece.length)
      yield piece
    }
  } catch (cause) {
    if (cause instanceof RegistryFailure) throw cause
    // Wrong bytes are no better the next time.
    throw new RegistryFailure(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
