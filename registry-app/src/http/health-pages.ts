import type { Reply } from '../api/reply.ts'
import { probe } from '../ops/health.ts'
import type { Log } from '../ops/log.ts'
import type { StorageDriver } from '../storage/driver.ts'

export interface HealthOptions {
  clock: () => number
  log: Log
  /** What will soon be wrong: `/readyz` says so, and stays green. */
  warnings: () => readonly string[]
  /** Why nobody can be served yet, though the storage answers: `/readyz` is red. Absent: nothing is waited for. */
  waiting?: () => string | undefined
}

/** How long an answer of the storage is believed: however many ask `/readyz`, it is asked once a second. */
const believedFor = 1000

/**
 * `/healthz`: the process is alive. What platforms ask: a storage that is away for ten minutes must not restart every replica.
 * `/readyz`: it can serve, the storage answers. For people and alarms.
 */
export function healthPages(driver: StorageDriver, { clock, log, warnings, waiting }: HealthOptions): Map<string, () => Promise<Reply>> {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<Reply> | undefined

  const ready = () => {
    if (!answer || clock() - asked > believedFor) {
      asked = clock()
      answer = probe(driver).then(
        () => {
          const reason = waiting?.()
          if (reason !== undefined) return text(503, reason)
          return text(200, ['ready', ...warnings().map(warning => `warning: ${warning}`)].join('\n'))
        },
        error => {
          log.warn('the storage does not answer', { error })
          return text(503, 'the storage does not answer; the log says why')
        },
      )
    }
    return answer
  }

  return new Map([
    ['/healthz', async () => text(200, 'ok')],
    ['/readyz', ready],
  ])
}

const text = (status: number, lines: string): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${lines}\n`,
})
