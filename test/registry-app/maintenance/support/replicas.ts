import { onTestFinished } from 'vitest'
import type { RegularSurroundings } from '../../../../registry-app/src/maintenance/regularly.ts'
import { counter } from '../../support/counter.ts'
import { hour, type trial } from '../../support/registry.ts'

/** Replicas whose sleep takes no time, and moves the clock, until `days` are over. They end with the test. @param start what each does; returns what ends it */
export async function live(
  clock: ReturnType<typeof trial>['clock'],
  { replicas, days }: { replicas: number; days: number },
  start: (surroundings: RegularSurroundings) => () => Promise<void>,
): Promise<void> {
  const until = clock.now().getTime() + days * 24 * hour
  const lives = Array.from({ length: replicas }, (_, index) => {
    const over = Promise.withResolvers<void>()
    const end = start({
      now: clock.now,
      clock: () => clock.now().getTime(),
      random: () => index / 10,
      randomName: counter(`replica${index}`),
      sleep: async (milliseconds, signal) => {
        await new Promise(resolve => setImmediate(resolve))
        signal.throwIfAborted()
        if (clock.now().getTime() >= until) {
          over.resolve()
          await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
        }
        clock.move(Math.min(milliseconds, hour))
      },
    })
    onTestFinished(end)
    return over.promise
  })
  await Promise.all(lives)
}

/** A log that is kept. */
export function keptLog() {
  const said: { message: string; facts: Record<string, unknown> }[] = []
  const say = (message: string, facts: Record<string, unknown> = {}) => void said.push({ message, facts })
  return { said, log: { info: say, warn: say, error: say } as never }
}
