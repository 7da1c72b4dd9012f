import { Tags } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import type { CdkEnvironment } from '../environment/environment.ts'

/** The tag that names the environment; the instance's right to attach its volume goes by it. */
export const environmentTag = 'bucket-registry.environment'

/** Tags everything below the construct with the environment's labels, and its name. */
export function tagEnvironment(scope: IConstruct, { name, labels }: Pick<CdkEnvironment, 'name' | 'labels'>): void {
  for (const [label, value] of Object.entries({ ...labels, [environmentTag]: name })) Tags.of(scope).add(label, value)
}
