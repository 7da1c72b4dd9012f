/** Bytes go in, a digest comes out. Two forms: native and resumable. */
export interface Hasher {
  /** Takes a piece in. Whoever gets a promise waits for it before the next piece: the hasher is behind. */
  update(piece: Uint8Array): void | Promise<void>
  /** The digest in lower-case hex. Once, at the end. */
  digest(): string | Promise<string>
}
