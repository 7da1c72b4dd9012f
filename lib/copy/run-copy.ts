import type { Surroundings } from '../kit.ts'
import { type Circumstances, patientAttempts, realCircumstances } from '../registry-client/circumstances.ts'
import { RegistryFailure, reasonOf } from '../registry-client/http/failure.ts'
import type { Persistence } from '../registry-client/http/persist.ts'
import { UsageError } from '../usage-error.ts'
import { parseAddress } from './address.ts'
import { copyAll } from './copy-all.ts'
import { blobCopier } from './copy-blob.ts'
import { openPlan } from './open-plan.ts'
import { type CopyOptions, readOptions, type Wishes } from './options.ts'
import type { Plan } from './plan.ts'
import { showProgress, totalLine } from './progress.ts'
import { registriesFor } from './registries-for.ts'
import { watch } from './standby/watch.ts'

export type CopySetting = Pick<Surroundings, 'out' | 'error' | 'variables' | 'signal'>

/**
 * @returns the exit code: 0 if all that was asked for is at the target
 * @throws UsageError
 */
export async function runCopy(
  source: string,
  target: string,
  options: CopyOptions,
  setting: CopySetting,
  circumstances: Circumstances = realCircumstances,
): Promise<number> {
  const wishes = readOptions(options)
  const [from, to] = [parseAddress(source), parseAddress(target)]
  if (wishes.deletes && (from.kind !== 'registry' || to.kind !== 'registry' || from.tag !== undefined || from.digest !== undefined)) {
    throw new UsageError('--delete goes with all tags of repositories, from registry to registry')
  }
  if (options.watch && (from.kind !== 'registry' || to.kind !== 'registry')) throw new UsageError('--watch goes from registry to registry')
  const persistence: Persistence = { ...circumstances, attempts: options.watch ? 3 : patientAttempts, signal: setting.signal }
  const { now } = circumstances
  const open = () => openPlan(from, to, registriesFor(options, { ...wishes, persistence, variables: setting.variables, now }))
  const { out, error, signal } = setting
  if (options.watch) return watch(open, wishes, { out, error, signal, ...circumstances })
  try {
    const plan = await open()
    return await once(plan, wishes, setting)
  } catch (failure) {
    if (signal.aborted) return interrupted(setting)
    if (!(failure instanceof RegistryFailure)) throw failure
    error(`${failure.message}\n`)
    return 1
  }
}

async function once(plan: Plan, wishes: Wishes, { out, error, signal }: CopySetting): Promise<number> {
  const { json, dryRun, jobs } = wishes
  const progress = showProgress({ out, error, clock: () => performance.now(), json, dryRun })
  let isWhole = false
  try {
    await copyAll(plan, { ...wishes, progress, signal, blobs: blobCopier({ jobs, dryRun, signal, moved: progress.moved }) })
    const isEmpty = progress.total.copied + progress.total.unchanged + progress.total.failed === 0
    if (isEmpty) progress.trouble(`there is nothing to copy from ${plan.title}`)
    if (!dryRun && progress.total.failed === 0) {
      await plan.finish()
      isWhole = true
    }
  } finally {
    await plan.close(isWhole)
  }
  if (json) out(`${JSON.stringify({ dryRun, ...progress.total, images: progress.reports }, undefined, 2)}\n`)
  else out(totalLine(progress, dryRun))
  return progress.total.failed === 0 ? 0 : 1
}

function interrupted({ error, signal }: CopySetting): number {
  error(`${reasonOf(signal.reason)}; the same command goes on with what is left\n`)
  return 1
}
