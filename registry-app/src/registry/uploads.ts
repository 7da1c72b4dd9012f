import { nativeHasher } from '../hash/native.ts'
import { resumableHasher } from '../hash/resumable.ts'
import { type CallOptions, isUnavailable, type Key, type StorageDriver } from '../storage/driver.ts'
import type { Blobs } from './blobs.ts'
import { addChunk, chunkKeys } from './chunk-list.ts'
import type { Reliance, Reliances } from './condemned/reliance.ts'
import { layerThing } from './condemned/things.ts'
import { deleteBelow } from './delete-below.ts'
import { algorithmOf, type Digest, isCanonical } from './digest.ts'
import { RegistryError } from './errors.ts'
import { hashed } from './hashed.ts'
import type { KnownBlobs } from './known-blobs.ts'
import type { Name } from './name.ts'
import { blobDataPath, startedAtPath, uploadPath } from './paths.ts'
import type { Quotas } from './quotas.ts'
import { digestsFrom, digestsOf, hashersFor } from './read-back.ts'
import { openState, sealState, type UploadState } from './upload-state.ts'

/** A body on its way in, and what its sender said of it. */
export interface IncomingBody {
  readonly pieces: AsyncIterable<Uint8Array>
  /** Content-Length, if it was sent. */
  readonly size?: number | undefined
  /** Content-Range: the position of the first and the last byte in the blob. */
  readonly range?: { first: number; last: number } | undefined
}

export interface UploadsOptions {
  driver: StorageDriver
  blobs: Blobs
  known: KnownBlobs
  reliances: Reliances
  quotas: Quotas
  /** `http.secret`: the same in every replica. */
  secret: string
  /** An upload whose last chunk is older is unknown. Milliseconds. */
  maximumAge: number
  now: () => Date
  randomId: () => string
  randomName: () => string
}

/** An upload is a chain of chunks whose state lives in its URL (`docs/architecture.md`). */
export interface Uploads {
  /** Chunks of so many bytes and more are joined where they lie; smaller ones work too, and cost more. */
  readonly smallestChunk: number | undefined
  start(name: Name): UploadState
  /** Whether there is room for anything. @throws RegistryError DENIED */
  admit(name: Name, options?: CallOptions): Promise<void>
  seal(state: UploadState): string
  /** @throws RegistryError BLOB_UPLOAD_UNKNOWN, also for a state that is too old or was not sealed here */
  open(name: Name, id: string, sealed: string): UploadState
  append(state: UploadState, body: IncomingBody, options?: CallOptions): Promise<UploadState>
  /** Closes the upload under `digest`. Durable, and within the repository's reach, when it returns. @returns the blob's size */
  finish(state: UploadState, digest: Digest, body: IncomingBody | undefined, options?: CallOptions): Promise<{ size: number }>
  /** The whole blob in one request. */
  store(name: Name, digest: Digest, body: IncomingBody, options?: CallOptions): Promise<{ size: number }>
  cancel(state: UploadState, options?: CallOptions): Promise<void>
}

export function uploads({
  driver,
  blobs,
  known,
  reliances,
  quotas,
  secret,
  maximumAge,
  now,
  randomId,
  randomName,
}: UploadsOptions): Uploads {
  const seconds = () => Math.floor(now().getTime() / 1000)

  /** One stream, no Content-Range: docker's way. It lies under its digest as soon as it has ended, and the PUT has only to compare. */
  async function appendWhole(state: UploadState, body: IncomingBody, options?: CallOptions): Promise<UploadState> {
    const hasher = nativeHasher('sha256')
    let whole: Digest | undefined
    let touched = seconds()
    const name = async () => {
      whole = `sha256:${await hasher.digest()}`
      // What is stored now may be condemned from now on.
      touched = seconds()
      await reliances.begin(options).claim([{ digest: whole, keys: [] }])
      return blobDataPath(whole)
    }
    const scratch = `${uploadPath(state.name, state.id)}${randomName()}`
    const { size } = await driver.store(hashed(body.pieces, hasher), name, { ...options, size: body.size, scratch })
    if (whole) {
      known.rememberStored(whole, { at: now().getTime() })
      known.rememberSize(whole, size)
    }
    return { ...state, offset: size, touched, whole }
  }

  async function appendChunk(state: UploadState, body: IncomingBody, options?: CallOptions): Promise<UploadState> {
    if (state.chunks.length === 0 && !state.list) {
      await driver.put(startedAtPath(state.name, state.id), Buffer.from(now().toISOString()), options)
    }
    // Without a Content-Range before, nothing is known but the digest so far: such a blob is read again at the end.
    const hasher = body.range && (state.offset === 0 || state.hash) ? await resumableHasher(state.hash) : undefined
    const chunk = `${state.offset}-${randomName()}`
    const pieces = hasher ? hashed(body.pieces, hasher) : body.pieces
    const { size } = await driver.store(pieces, uploadPath(state.name, state.id) + chunk, { ...options, size: body.size })
    const added = await addChunk(driver, state, chunk, randomName, options)
    return { ...state, ...added, offset: state.offset + size, touched: seconds(), hash: hasher?.save() }
  }

  async function sourcesOf(state: UploadState, options?: CallOptions): Promise<Key[]> {
    const chunks = await chunkKeys(driver, state, options)
    return state.whole ? [blobDataPath(state.whole), ...chunks] : chunks
  }

  /** Compares before anything gets its final name; reads again only what nobody has hashed on the way. */
  async function verified(state: UploadState, sources: readonly Key[], digest: Digest, options?: CallOptions): Promise<Digest> {
    const known = await hashSoFar(state, sources)
    if (known && isCanonical(digest)) return expected(known, digest, known)
    const { canonical, asked } = await digestsOf(driver, sources, algorithmOf(digest), options)
    return expected(asked, digest, canonical)
  }

  /** Brings all that was received to the key of its digest. @returns the canonical digest */
  async function settle(state: UploadState, digest: Digest, reliance: Reliance, options?: CallOptions): Promise<Digest> {
    const sources = await sourcesOf(state, options)
    const canonical = await verified(state, sources, digest, options)
    const condemned = await reliance.claim([layerThing(state.name, digest, canonical)])
    if (sources.length > 1 || !state.whole) await driver.compose(sources, blobDataPath(canonical), options)
    else if (condemned.size > 0 && !(await driver.stat(blobDataPath(canonical), options)))
      throw new RegistryError('BLOB_UPLOAD_UNKNOWN', { upload: state.id, reason: 'what was received has been collected as garbage' })
    return canonical
  }

  /** The failure, or BLOB_UPLOAD_UNKNOWN if it is that the chunks are gone: somebody has closed the upload since, or cancelled it. */
  async function explained(failure: unknown, state: UploadState, options?: CallOptions): Promise<unknown> {
    if (failure instanceof RegistryError || isUnavailable(failure) || (state.chunks.length === 0 && !state.list)) return failure
    if (await driver.stat(startedAtPath(state.name, state.id), options)) return failure
    await service.cancel(state, options)
    return new RegistryError('BLOB_UPLOAD_UNKNOWN', { upload: state.id }, { cause: failure })
  }

  /** Whoever closes an upload again, since the answer was lost, finds what was received under its digest already. */
  async function settledBefore(state: UploadState, digest: Digest, options?: CallOptions): Promise<boolean> {
    return (await hashSoFar(state, [])) === digest && (await driver.stat(blobDataPath(digest), options)) !== undefined
  }

  const service: Uploads = {
    smallestChunk: driver.smallestPart,

    start: name => ({ id: randomId(), name, offset: 0, touched: seconds(), chunks: [] }),

    admit: (name, options) => quotas.admit(name, undefined, {}, options),

    seal: state => sealState(state, secret),

    open(name, id, sealed) {
      const state = openState(sealed, name, id, secret)
      if (!state || (seconds() - state.touched) * 1000 > maximumAge) throw new RegistryError('BLOB_UPLOAD_UNKNOWN', { upload: id })
      return state
    },

    async append(state, body, options) {
      await quotas.admit(state.name, body.size, { upload: state }, options)
      const checked = { ...body, pieces: quotas.bounded(state.name, exactly(body), { upload: state }) }
      const grown = await (state.offset === 0 && !body.range ? appendWhole : appendChunk)(state, checked, options).catch(async failure => {
        throw await explained(failure, state, options)
      })
      quotas.received(grown, grown.offset - state.offset)
      return grown
    },

    async finish(state, digest, body, options) {
      if (state.offset === 0) return service.store(state.name, digest, body ?? { pieces: nothing() }, options)
      const reliance = reliances.begin(options)
      const complete = body ? await service.append(state, body, options) : state
      if (complete.whole) reliance.since(now().getTime() - complete.touched * 1000)
      const canonical = await settle(complete, digest, reliance, options).catch(async failure => {
        const error = await explained(failure, complete, options)
        if (error === failure) throw error
        await reliance.claim([layerThing(complete.name, digest, digest)])
        if (!(await settledBefore(complete, digest, options))) throw error
        return digest
      })
      // No later than then: the data may have been stored by an earlier request, through another replica.
      known.rememberStored(canonical, { at: complete.touched * 1000 })
      known.rememberSize(canonical, complete.offset)
      await blobs.link(state.name, canonical, digest, options)
      await reliance.confirm()
      quotas.stored(state.name, canonical, complete.offset)
      if (complete.chunks.length > 0 || complete.list) {
        quotas.cancelled(complete)
        await service.cancel(complete, options)
      }
      return { size: complete.offset }
    },

    async store(name, digest, body, options) {
      const algorithm = algorithmOf(digest)
      const hashers = hashersFor(algorithm)
      await quotas.admit(name, body.size, { digest }, options)
      const reliance = reliances.begin(options)
      const claim = () => reliance.claim([layerThing(name, digest, canonical)])
      let canonical = digest
      const pieces = checked(hashed(quotas.bounded(name, exactly(body), { digest }), ...hashers), async () => {
        const digests = await digestsFrom(hashers, algorithm)
        canonical = expected(digests.asked, digest, digests.canonical)
      })
      // Under its key from the first byte on, where the digest says which one that is.
      const later = async () => {
        await claim()
        return blobDataPath(canonical)
      }
      if (isCanonical(digest)) await claim()
      const key = isCanonical(digest) ? blobDataPath(digest) : later
      const { size } = await driver.store(pieces, key, { ...options, size: body.size })
      known.rememberStored(canonical, { at: now().getTime() })
      known.rememberSize(digest, size)
      await blobs.link(name, canonical, digest, options)
      await reliance.confirm()
      quotas.stored(name, canonical, size)
      return { size }
    },

    async cancel(state, options) {
      await deleteBelow(driver, uploadPath(state.name, state.id), options)
      quotas.cancelled(state)
    },
  }
  return service
}

/** The canonical digest of all that was received, where it travelled along. */
async function hashSoFar(state: UploadState, sources: readonly Key[]): Promise<Digest | undefined> {
  if (state.whole && sources.length === 1) return state.whole
  const hasher = state.hash && (await resumableHasher(state.hash))
  return hasher && `sha256:${await hasher.digest()}`
}

function expected(found: Digest, claimed: Digest, canonical: Digest): Digest {
  if (found !== claimed) throw new RegistryError('DIGEST_INVALID', { provided: claimed, computed: found })
  return canonical
}

/** The body's pieces; throws where there are more or fewer than its Content-Range says. */
async function* exactly({ pieces, range }: IncomingBody): AsyncGenerator<Uint8Array> {
  const size = range && range.last - range.first + 1
  let received = 0
  for await (const piece of pieces) {
    received += piece.length
    if (size !== undefined && received > size) break
    yield piece
  }
  if (size !== undefined && received !== size) throw new RegistryError('SIZE_INVALID', { range, received })
}

/** The same pieces; what `check` throws after the last one ends them, so that nothing of them is stored. */
async function* checked(pieces: AsyncIterable<Uint8Array>, check: () => Promise<void>): AsyncGenerator<Uint8Array> {
  yield* pieces
  await check()
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
