import type { Reply } from '../api/reply.ts'
import { type Found, findingsOf, type ReadyCheck } from '../ops/readiness.ts'

/** How long an answer is believed: however many ask `/readyz`, the storage is asked once a second. */
const believedFor = 1000

/**
 * `/healthz`: the process is alive. What platforms ask: a storage that is away for ten minutes must not restart every replica.
 * `/readyz`: it can serve. For people and alarms; a line for each check.
 */
export function healthPages(checks: readonly ReadyCheck[], clock: () => number): Map<string, () => Promise<Reply>> {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<Reply> | undefined

  const ready = () => {
    if (!answer || clock() - asked > believedFor) {
      asked = clock()
      answer = findingsOf(checks).then(readyPage)
    }
    return answer
  }

  return new Map([
    ['/healthz', async () => text(200, ['ok'])],
    ['/readyz', ready],
  ])
}

function readyPage(found: readonly Found[]): Reply {
  const ready = found.every(({ state }) => state !== 'failed')
  const lines = found.map(({ name, state, detail }) => `${name}: ${detail === undefined ? state : `${state}, ${detail}`}`)
  return text(ready ? 200 : 503, [ready ? 'ready' : 'not ready', ...lines])
}

const text = (status: number, lines: readonly string[]): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  body: `${lines.join('\n')}\n`,
})
