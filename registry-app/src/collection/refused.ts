/** Garbage cannot be collected so, and nothing was deleted. The message says why, and what to do. */
export class CollectionRefused extends Error {
  override readonly name = 'CollectionRefused'
  /** The command line shows what has a code without its stack. */
  readonly code = 'COLLECTION_REFUSED'
}
