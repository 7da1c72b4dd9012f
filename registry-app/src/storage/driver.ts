/**
 * Where the registry keeps its bytes: flat keys, whole objects, no directories and no rename: what an S3 bucket does well.
 *
 * Every driver passes the same contract suite (`test/registry-app/storage/contract.ts`). A key is made of components of
 * printable ASCII, parted by `/`; none is empty, `.` or `..` (the registry checks every name before it becomes a key).
 */
export interface StorageDriver {
  /** Each call is a request to another machine: one list in place of many looks pays. @default false */
  readonly remote?: boolean
  /** So many bytes and more can be joined by `compose` without passing through here again. @default no size can, or every one */
  readonly smallestPart?: number
  /** Prefixes of the driver's own temporary objects: one that stays there was left behind by a crash, and may be deleted. @default none */
  readonly passing?: readonly Key[]

  /** What is stored under `key`, or `undefined`. One request. */
  stat(key: Key, options?: CallOptions): Promise<ObjectInfo | undefined>

  /**
   * The object's bytes, or one range of them, or `undefined` if there is no such object. One request, however large the object.
   *
   * A range that begins at or beyond the end gives an empty body; one that ends beyond it is cut. `size` is always the whole object's.
   */
  get(key: Key, options?: CallOptions & { range?: ByteRange | undefined }): Promise<StoredObject | undefined>

  /** A small object whole, such as a link or a manifest, or `undefined`. @throws RangeError if it is larger than `limit` bytes. */
  read(key: Key, options: CallOptions & { limit: number }): Promise<Uint8Array | undefined>

  /** Replaces the object whole. Readers see the old bytes or the new ones, never a mixture; what was acknowledged survives a crash. */
  put(key: Key, content: Uint8Array, options?: CallOptions): Promise<void>

  /**
   * Streams `body` into one object, in bounded memory, by requests that can each be repeated: up to one part it is held and put at once, more goes in parts.
   *
   * A piece of `body` may be overwritten as soon as the next is asked for. The object appears when `body` has ended, whole; if `body` throws (a wrong digest, a client that left), nothing appears.
   * `key` may be a function: it is asked once, after the last byte, because a blob's name is its digest and docker sends the bytes first. It may take its time:
   * a digest that garbage collection has condemned is rescued before it is stored. If it throws, nothing appears either.
   *
   * @returns the key it was stored under, and its size in bytes
   */
  store(body: AsyncIterable<Uint8Array>, key: Key | (() => Promise<Key>), options?: StoreOptions): Promise<{ key: Key; size: number }>

  /** Joins objects, in order, into one under `key`, on the store's side where it can. The sources stay. @throws if a source is missing. */
  compose(sources: readonly Key[], key: Key, options?: CallOptions): Promise<void>

  /**
   * Puts the object only if none is there; `false` if one is. Absent where the store has no conditional writes: some ignore the condition in
   * silence, so it is tried before it is offered. Whoever needs an only one, such as a lease, asks for this first.
   */
  putIfAbsent?(key: Key, content: Uint8Array, options?: CallOptions): Promise<boolean>

  /** Objects whose keys begin with `prefix`, in byte order of their keys, a page at a time; with `delimiter`, folded at it as S3 does. */
  list(prefix: Key, options?: ListOptions): AsyncIterable<ListPage>

  /** Deletes them all; a key that is not there is no error. As few requests as the store allows. */
  delete(keys: readonly Key[], options?: CallOptions): Promise<void>

  /**
   * The store's clock, by which objects are dated and deadlines expire, as far as it can be known from here. No request, or a small one where it was not
   * asked for anything lately.
   */
  time(options?: CallOptions): Promise<StoreTime>

  /**
   * Deletes them as `delete` does, but whatever holds the request up: not after the deadline, which is of the store's own clock. That is what collecting garbage
   * beside pushes stands on (`docs/garbage-collection.md`). Absent where nothing can promise it.
   *
   * @param deadline milliseconds since 1970; a whole second
   * @returns those that the store confirmed to be gone. The others may be gone too.
   */
  deleteUntil?(keys: readonly Key[], deadline: number, options?: CallOptions): Promise<ReadonlySet<Key>>

  /**
   * The place of the one process that may collect garbage here beside others that write. Absent where any may, because the store itself refuses what comes
   * too late.
   */
  takeCollectorsPlace?(): Promise<CollectorsPlace>

  /** A URL by which a client fetches the object itself, if this store can give one that works. */
  urlFor?(key: Key, options: { method: 'GET' | 'HEAD'; expiresIn: Seconds }): Promise<URL | undefined>

  /** Takes away what crashed writers left behind, if the store leaves any that `list` does not show. */
  sweep?(options?: CallOptions): Promise<void>

  /** What uploads hold on their way to the store just now, where that is bounded. */
  uploadMemory?(): UploadMemory
}

export interface CollectorsPlace {
  /** Why this process did not get it. */
  readonly refused?: string | undefined
  /** Because another process has it, which is running. */
  readonly taken?: boolean | undefined
  release(): Promise<void>
}

/** The time that it is now is between these. Milliseconds since 1970. */
export interface StoreTime {
  readonly earliest: number
  readonly latest: number
}

export interface UploadMemory {
  /** Bytes. */
  readonly limit: number
  readonly used: number
  /** How many parts of uploads wait for room. */
  readonly waiting: number
}

export type Key = string
export type Seconds = number

export interface CallOptions {
  signal?: AbortSignal | undefined
}

export interface StoreOptions extends CallOptions {
  /** Length in bytes, where the sender told it: one request or many is then known before the first byte. */
  size?: number | undefined
  /** Where a large body may lie until its key is known; gone when the promise is settled. @default a place of the driver's own */
  scratch?: Key | undefined
}

export interface ObjectInfo {
  size: number
  modified: Date
}

export interface StoredObject extends ObjectInfo {
  /** To be read once. A piece's bytes may be overwritten as soon as the next piece is asked for. */
  body: AsyncIterable<Uint8Array>
  /** Gives up what the body would need, where it is not read at all. Does nothing where it was read, or given up already. */
  close(): Promise<void>
}

/** First and last byte, both included, as in HTTP (RFC 9110, section 14.1.2). */
export interface ByteRange {
  first: number
  last?: number | undefined
}

export interface ListOptions extends CallOptions {
  /** `/`, or `/_`, which folds a whole repository into one name: no component of a repository's name starts with `_`. */
  delimiter?: '/' | '/_' | undefined
  /** Only keys, and folded prefixes, that come after this in byte order. It need not exist. */
  startAfter?: Key | undefined
}

/**
 * Whether the store itself is not to be had, so that the same call may succeed later. A driver's error says so by `unavailable`, and by `retryAfter`,
 * in seconds, if it knows when.
 */
export function isUnavailable(error: unknown): error is Error & { unavailable: true; retryAfter?: number | undefined } {
  return error instanceof Error && 'unavailable' in error && error.unavailable === true
}

/** By the codes of a file system's errors and of S3's: MinIO's (a drive, a bucket's quota) and Ceph's. */
const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded', 'QuotaExceeded'])

/** Whether there was no room for what was to be written. */
export const isFull = (error: unknown): boolean => error instanceof Error && 'code' in error && full.has(error.code)

export interface ListPage {
  objects: readonly (ObjectInfo & { key: Key })[]
  prefixes: readonly Key[]
  /** Whether another page follows, where that is known when this one is given. */
  more?: boolean | undefined
}
