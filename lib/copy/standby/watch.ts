import { reasonOf } from '../../registry-client/http/failure.ts'
import { UsageError } from '../../usage-error.ts'
import { copyAll } from '../copy-all.ts'
import { blobCopier } from '../copy-blob.ts'
import type { Wishes } from '../options.ts'
import type { Plan } from '../plan.ts'
import { type Progress, showProgress, totalLine } from '../progress.ts'
import { type StandbyMemory, standbyMemory } from './memory.ts'
import { serveMetrics } from './serve-metrics.ts'
import { type StandbyMetrics, standbyMetrics } from './standby-metrics.ts'

export interface WatchSetting {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly random: () => number
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** However long a side was away, it is asked again within so many milliseconds. */
const longestWait = 5 * 60_000

/**
 * Keeps the target in step with the source until somebody ends it. Each pass compares both sides as they are, and nothing is told from one to the other:
 * a pass that was missed, a process that was killed, a side that was away for a day cost time alone.
 *
 * @returns the exit code: 0, since whoever ends it has no other way
 * @throws UsageError, before the first pass
 */
export async function watch(open: () => Promise<Plan>, wishes: Wishes, setting: WatchSetting): Promise<number> {
  const { out, sleep, random, now, signal } = setting
  const memory = standbyMemory(wishes.recheck, now)
  const metrics = standbyMetrics(() => memory.pending, now)
  const server = wishes.metrics && (await serveMetrics(wishes.metrics, metrics.text))
  if (server) out(`metrics are at ${server.addresses.map(address => `${address}/metrics`).join(' and ')}\n`)
  const sides = keptOpen(open)
  try {
    for (let fruitless = 0; ; ) {
      const isWhole = await passOnce(sides, { memory, metrics }, wishes, setting)
      if (signal.aborted) return 0
      fruitless = isWhole ? 0 : fruitless + 1
      // After a failure, not all standbys of a source come back at one time.
      const wait = isWhole ? wishes.interval : Math.min(longestWait, wishes.interval * 2 ** fruitless) * (0.5 + random() / 2)
      await sleep(wait, signal).catch(() => {})
      if (signal.aborted) return 0
    }
  } finally {
    server?.stop()
    await sides.close()
  }
}

interface Sides {
  plan(): Promise<Plan>
  /** Whether both were there at least once. */
  readonly wereOpen: boolean
  close(): Promise<void>
}

/** Both sides stay open while all is well. After a failure they are opened anew: passwords may have changed, and addresses. */
function keptOpen(open: () => Promise<Plan>): Sides {
  let plan: Plan | undefined
  let wereOpen = false
  return {
    get wereOpen() {
      return wereOpen
    },
    async plan() {
      plan ??= await open()
      wereOpen = true
      return plan
    },
    async close() {
      const last = plan
      plan = undefined
      await last?.close(true)
    },
  }
}

/** @returns whether all that the source has was looked at */
async function passOnce(
  sides: Sides,
  { memory, metrics }: { memory: StandbyMemory; metrics: StandbyMetrics },
  wishes: Wishes,
  { out, error, now, signal }: WatchSetting,
): Promise<boolean> {
  const began = now()
  try {
    const plan = await sides.plan()
    const progress = showProgress({ out, error, clock: now, json: false, dryRun: false, onlyChanges: true })
    const blobs = blobCopier({ jobs: wishes.jobs, dryRun: false, signal, moved: progress.moved })
    const isWhole = await copyAll(plan, { ...wishes, progress, signal, memory, blobs })
    memory.passed(isWhole)
    metrics.passed(progress, began, isWhole && progress.total.failed === 0)
    if (hasChanged(progress)) out(totalLine(progress, false))
    if (progress.total.failed > 0) await sides.close()
    return isWhole
  } catch (failure) {
    if (signal.aborted) return false
    if (failure instanceof UsageError && !sides.wereOpen) throw failure
    metrics.failed()
    error(`${reasonOf(failure)}\n`)
    await sides.close()
    return false
  }
}

const hasChanged = ({ total }: Progress) => total.copied + total.deleted + total.failed > 0
