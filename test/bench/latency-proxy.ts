import { answersOk } from '../support/answers-ok.ts'
import { type Beside, startBeside } from './beside.ts'

export interface LatencyProxy extends Beside {
  /** How many there were since this was asked last. */
  requests(): Promise<number>
}

/** Before an S3 server: adds latency to each request, and counts them. */
export async function startLatencyProxy(loadgen: string, to: string, latencyMs: number): Promise<LatencyProxy> {
  const counts = '/-/counts'
  const proxy = await startBeside(loadgen, ['proxy', '-to', to, '-latency', `${latencyMs}ms`], url => answersOk(url + counts))
  return {
    ...proxy,
    async requests() {
      const byOperation = (await (await fetch(proxy.url + counts)).json()) as Record<string, number>
      return Object.values(byOperation).reduce((sum, count) => sum + count, 0)
    },
  }
}
