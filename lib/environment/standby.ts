import type { CdkEnvironment, CdktfEnvironment } from './environment.ts'

/** The program in the image that keeps a standby, with Node.js before it. */
export const standbyProgram = ['node', '/registry-copy.mjs'] as const

/** Where it serves metrics, in its own network. */
export const standbyMetricsPort = 9464

/** What the program is told, whichever host it is on. @param source where it finds this registry */
export function standbyArguments(
  {
    target,
    interval,
    delete: deletes,
  }: Pick<NonNullable<CdktfEnvironment['standby'] | CdkEnvironment['standby']>, 'target' | 'interval' | 'delete'>,
  source: string,
  ...more: readonly string[]
): string[] {
  return ['--watch', '--interval', interval, ...(deletes ? ['--delete'] : []), ...more, source, target]
}
