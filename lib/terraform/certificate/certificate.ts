import type { RegistrySecret } from '../host/registry-secret.ts'

/** What a way of getting a certificate asks of the host that runs the registry. A stack knows no more of it than this. */
export interface Certificate {
  /** Variables over the environment's configuration, as Terraform's templates. */
  readonly variables: readonly string[]
  readonly secrets?: readonly RegistrySecret[]
  /** Folders of the host that are mounted at the same place, read-only. */
  readonly folders?: readonly string[]
  /** Groups, by number, whose member the registry is besides its own. */
  readonly groups?: readonly string[]
  /** Labels by which a proxy finds the registry. */
  readonly labels?: Readonly<Record<string, string>>
  /** The existing network in which it does. */
  readonly network?: string
  /** Who renews it, and when it ends: said to people. */
  readonly renewal: string
}
