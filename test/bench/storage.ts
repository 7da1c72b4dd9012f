export type StorageKind =
  | { readonly kind: 'filesystem' }
  /** With so much added to each request. */
  | { readonly kind: 's3'; readonly latencyMs: number }

/** Where a registry keeps its data during one measurement, and nothing is before. */
export interface Storage {
  /** Its part of the section `storage` of config.yml. */
  readonly config: Readonly<Record<string, unknown>>
  /** The processes that it consists of. */
  readonly pids: readonly number[]
  /** How many requests the store has had since this was asked last; `undefined`: nobody counts them. */
  requests(): Promise<number | undefined>
  close(): Promise<void>
}
