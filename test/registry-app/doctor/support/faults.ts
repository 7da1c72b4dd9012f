/** What a store can have wrong. */
export interface Faults {
  /** @default both */
  readonly signing?: readonly ('v2' | 'v4')[]
  /** The only region that it takes. @default any */
  readonly region?: string
  /** Seconds by which its clock is ahead. */
  readonly ahead?: number
  /** Whoever has no keys may read. */
  readonly open?: true
  /** If-None-Match is not looked at. */
  readonly ignoresConditions?: true
  /** Presigned requests are carried out beyond their time: the deletes, or all of them. */
  readonly ignoresExpiry?: 'DELETE and POST' | 'all'
  /** Answers these operations by 501. */
  readonly lacks?: readonly string[]
  /** Answers these by 403: the keys may not. */
  readonly denies?: readonly string[]
  /** Old versions are kept. */
  readonly versioned?: true
  /** All parts but the last must have one size. */
  readonly equalParts?: true
  /** `list-type=2` is taken for version 1. */
  readonly listsByVersion1?: true
  /** Delimiters are not looked at; or a list goes on from the beginning of a folded name, as MinIO's does where a page has no room for all below. */
  readonly folds?: 'never' | 'for ever'
  /** There is no such bucket. */
  readonly missing?: true
  /** Lists show what is new from the second time on. */
  readonly staleLists?: true
  /** Objects come back with their last byte changed. */
  readonly garbles?: true
  readonly refusesAcl?: true
  /** Takes nothing without Content-MD5. */
  readonly demandsMd5?: true
  /** Says with that what it was sent. */
  readonly echoes?: true
  /** The body of `?lifecycle`. @default there are no rules */
  readonly lifecycle?: string
  /** Uploads in parts that somebody else forgot, this many hours ago. */
  readonly forgotten?: number
  /** Called for each request. */
  readonly seen?: (operation: string, key: string) => void
}
