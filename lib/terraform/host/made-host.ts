/** A host that a stack has made, in Terraform's templates. */
export interface MadeHost {
  /** Whom ssh lets in. */
  readonly user: string
  readonly address: string
  /** Another one for each host that is made, also at the same address. */
  readonly identity: string
}

/**
 * How ssh knows the host again: the key that it shows at first is believed, and no other ever after.
 *
 * By the host's identity, since at the same address a new host may follow, which has another key.
 */
export const hostKeyOptions = (environment: string, identity: string): readonly string[] => [
  '-o',
  'StrictHostKeyChecking=accept-new',
  '-o',
  `HostKeyAlias=registry-${environment}-${identity}`,
]
