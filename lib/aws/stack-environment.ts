import type { Environment as Target } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../environment/environment.ts'

/** Where a stack goes: as the file says, and else wherever the command line's profile leads. */
export function stackEnvironment({ host: { account, region } }: Pick<CdkEnvironment, 'host'>): Target {
  return { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) }
}
