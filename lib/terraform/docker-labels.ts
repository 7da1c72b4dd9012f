import type { CdktfEnvironment } from '../environment/environment.ts'

/** The environment's labels in the form of the Docker provider, with the environment's own name among them, and what else is given. */
export function dockerLabels(
  { name, labels }: Pick<CdktfEnvironment, 'name' | 'labels'>,
  more: Readonly<Record<string, string>> = {},
): { label: string; value: string }[] {
  return Object.entries({ ...labels, 'bucket-registry.environment': name, ...more }).map(([label, value]) => ({ label, value }))
}
