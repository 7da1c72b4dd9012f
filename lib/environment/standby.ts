import type { CdkEnvironment, CdktfEnvironment } from './environment.ts'

/** The program in the image that keeps a standby, with Node.js before it. */
export const standbyProgram = ['node', '/registry-copy.mjs'] as const

/** Where it serves metrics, in its own network. */
export const standbyMetricsPort = 9464

type Standby = NonNullable<CdktfEnvironment['standby'] | CdkEnvironment['standby']>

/** What the program is told, whichever host it is on. @param registry where it finds this registry */
export function standbyArguments(
  { target, repositories, interval, delete: deletes }: Pick<Standby, 'target' | 'repositories' | 'interval' | 'delete'>,
  registry: string,
  ...more: readonly string[]
): string[] {
  const source = repositories === undefined ? registry : `${registry}/${repositories}`
  return ['--watch', '--interval', interval, ...(deletes ? ['--delete'] : []), ...more, source, target]
}
