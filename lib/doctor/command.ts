import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { examine } from '../../registry-app/src/doctor/examine.ts'
import { isHealthy } from '../../registry-app/src/doctor/report.ts'
import { amazonCredentials, registryKeys } from '../../registry-app/src/s3/amazon-credentials.ts'
import { keysFrom } from './keys.ts'
import { printProgress, printSummary, reportJson } from './print.ts'
import { type DoctorOptions, targetFrom } from './target-from-options.ts'

export interface DoctorSetting {
  readonly out: (text: string) => void
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  /** The folder of the environment files. */
  readonly folder: string
}

/** @returns the exit code: 0 if a registry can use the bucket @throws Error that says what is missing on the command line */
export async function doctor(options: DoctorOptions, { out, variables, signal, folder }: DoctorSetting): Promise<number> {
  const target = targetFrom(options, folder)
  const now = () => new Date()
  const surroundings = {
    credentials: keysFrom(variables, () => amazonCredentials({ region: target.region, environment: variables, now, advice: registryKeys })),
    now,
    clock: () => performance.now(),
    random: Math.random,
    sleep: async (milliseconds: number, signal: AbortSignal | undefined) =>
      void (await sleep(milliseconds, undefined, signal && { signal })),
    nonce: () => randomBytes(6).toString('hex'),
    signal,
  }
  const report = await examine(target, surroundings, printProgress(options.json ? () => {} : out))
  out(options.json ? reportJson(report) : printSummary(report))
  return isHealthy(report) ? 0 : 1
}
