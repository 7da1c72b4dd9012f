import type { StackProps } from 'aws-cdk-lib'
import type { CdkEnvironment } from '../../environment/environment.ts'

/** What both stacks of an environment have in common: where they go, and what they say they are. */
export function stackProps({ name, host: { account, region } }: Pick<CdkEnvironment, 'name' | 'host'>, what: string): StackProps {
  return {
    description: `bucket-registry ${name}: ${what}`,
    env: { region, ...(account === undefined ? {} : { account }) },
  }
}
