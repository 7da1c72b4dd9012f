import type { CdkEnvironment } from '../environment/environment.ts'

/**
 * The SSM parameters by which the data stack tells the app stack where the images are.
 *
 * Not by an export: CloudFormation refuses to change one that another stack uses, so a volume could never be replaced by a restored one.
 */
export function volumeParameters({ name }: Pick<CdkEnvironment, 'name'>) {
  return { volumeId: `/bucket-registry/${name}/volume`, availabilityZone: `/bucket-registry/${name}/availability-zone` } as const
}
