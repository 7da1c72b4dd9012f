import { answersOk } from '../support/answers-ok.ts'
import { freePort } from '../support/free-port.ts'
import { startProcess } from '../support/start-process.ts'

export interface LatencyProxy {
  readonly url: string
  readonly pid: number
  /** How many there were since this was asked last. */
  requests(): Promise<number>
  stop(): Promise<void>
}

/** The load generator's own proxy: Go, so that it costs little beside what is measured. */
export async function startLatencyProxy(loadgen: string, to: string, latencyMs: number): Promise<LatencyProxy> {
  const listen = `127.0.0.1:${await freePort()}`
  const url = `http://${listen}`
  const counts = `${url}/-/counts`
  const { pid, stop } = await startProcess({
    file: loadgen,
    args: ['proxy', '-listen', listen, '-to', to, '-latency', `${latencyMs}ms`],
    env: {},
    ready: () => answersOk(counts),
  })
  return {
    url,
    pid,
    async requests() {
      const byOperation = (await (await fetch(counts)).json()) as Record<string, number>
      return Object.values(byOperation).reduce((sum, count) => sum + count, 0)
    },
    stop,
  }
}
