import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { examine } from '../../registry-app/src/doctor/examine.ts'
import { isHealthy } from '../../registry-app/src/doctor/report.ts'
import { amazonCredentials, registryKeys } from '../../registry-app/src/s3/amazon-credentials.ts'
import type { CredentialsProvider } from '../../registry-app/src/s3/credentials.ts'
import { deployedKeys } from '../empty/deployed-bucket.ts'
import { UsageError } from '../usage-error.ts'
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
  const credentials = keysFrom(options.environment === undefined ? variables : deployedKeys(variables), () =>
    amazonCredentials({ region: target.region, environment: variables, now, advice: registryKeys }),
  )
  await present(credentials)
  const surroundings = {
    credentials,
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

/** Without keys every question would be answered as if the store had refused them. @throws UsageError */
async function present(credentials: CredentialsProvider): Promise<void> {
  try {
    await credentials()
  } catch (cause) {
    throw new UsageError(`the keys of the bucket are missing: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}
