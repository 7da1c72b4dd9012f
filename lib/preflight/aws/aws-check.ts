import type { CdkEnvironment } from '../../environment/environment.ts'
import type { Check, Surroundings } from '../check.ts'
import type { AwsAccount } from './account.ts'

/** What the checks of an environment on AWS take from the world around them. */
export interface AwsSurroundings extends Surroundings {
  readonly account: AwsAccount
  readonly now: () => Date
}

export type AwsCheck = Check<CdkEnvironment, AwsSurroundings>
