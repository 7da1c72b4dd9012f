import type { Log } from '../../ops/log.ts'
import { isUnavailable } from '../../storage/driver.ts'
import { envelope } from './envelope.ts'
import { pauseAfter } from './pause.ts'
import type { Queue, Turn } from './queue.ts'
import type { Receiver } from './receiver.ts'

/** What became of the events for one endpoint. */
export interface EndpointStats {
  readonly name: string
  /** Events that wait, here and in the storage. */
  readonly waiting: number
  readonly delivered: number
  /** Attempts that failed; each is made again. */
  readonly failed: number
  /** Events for which there was no room. */
  readonly dropped: number
}

/** One who is told: delivers what waits in the queue, in order, one event after the other, until it is taken. */
export interface Endpoint {
  readonly name: string
  push(event: string): void
  /** Begins to deliver. */
  start(): void
  stats(): EndpointStats
  /** Delivers what waits, unless the receiver is failing, for so many milliseconds at most; then no more. */
  stop(grace: number): Promise<void>
}

export interface EndpointOptions {
  name: string
  queue: Queue
  receiver: Receiver
  threshold: number
  /** Milliseconds. */
  backoff: number
  log: Log
  random: () => number
  sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
}

export function createEndpoint({ name, queue, receiver, threshold, backoff, log, random, sleep }: EndpointOptions): Endpoint {
  const counts = { delivered: 0, failed: 0, dropped: 0 }
  const ending = new AbortController()
  let failures = 0
  let stopping = false
  let wake = () => {}
  let running: Promise<void> | undefined

  async function deliver(turn: Turn): Promise<void> {
    try {
      await receiver.post(envelope(turn.event), ending.signal)
    } catch (error) {
      turn.again()
      throw error
    }
    turn.done()
    counts.delivered += 1
  }

  function failed(error: unknown): void {
    failures += 1
    counts.failed += 1
    // From the threshold on, pauses are long enough for a line each.
    if (failures > 1 && failures < threshold) return
    const what = isUnavailable(error) ? 'the notifications that are kept in the storage cannot be read' : 'a notification was not delivered'
    log.warn(`${what}; it is tried again`, { endpoint: name, failures, waiting: queue.length(), error })
  }

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        const turn = await queue.first()
        if (turn) {
          await deliver(turn)
          if (failures > 0) log.info('notifications are delivered again', { endpoint: name, failures, waiting: queue.length() })
          failures = 0
        } else if (stopping) {
          return
        } else if (queue.length() === 0) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
        }
      } catch (error) {
        if (ending.signal.aborted) return
        failed(error)
        if (stopping) return
        await sleep(pauseAfter(failures, { threshold, backoff, random }), ending.signal)
      }
    }
  }

  return {
    name,
    push(event) {
      if (queue.push(event)) return wake()
      counts.dropped += 1
      // The first of them, and then now and then.
      if (Math.log2(counts.dropped) % 1 === 0) {
        log.error('the queue of notifications is full: events are dropped', {
          endpoint: name,
          dropped: counts.dropped,
          waiting: queue.length(),
        })
      }
    },
    start() {
      running ??= run()
    },
    stats: () => ({ name, waiting: queue.length(), ...counts }),
    async stop(grace) {
      stopping = true
      const timer = setTimeout(() => ending.abort(), failures > 0 ? 0 : grace)
      wake()
      await running
      clearTimeout(timer)
      receiver.close()
    },
  }
}
