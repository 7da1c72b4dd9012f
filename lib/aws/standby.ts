import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager'

/** Another registry that follows this one: the keys of an environment's `standby` section, with its defaults. */
export interface StandbyOptions {
  /**
   * The registry that is kept in step with this one: repositories have the same names there, or lie below a part of a name, as in
   * `standby.example.com/mirror/**`.
   */
  readonly target: string

  /** Which repositories: the beginning of names such as `team/**`, or a pattern of them. @default - all */
  readonly repositories?: string

  /** How often tags are compared. Each time costs a request for each tag of this registry. @default '30s' */
  readonly interval?: string

  /** Whether tags that are here no more are deleted there. @default false */
  readonly delete?: boolean

  /** Who signs in there: a secret with `username` and `password`, as JSON. @default - nobody */
  readonly secret?: ISecret

  /** Who signs in here, and may pull everything: a secret of the same kind. @default - the first user */
  readonly sourceSecret?: ISecret
}
