import { once } from 'node:events'
import type { Gate } from '../../../../registry-app/src/auth/gate.ts'
import { createLog } from '../../../../registry-app/src/ops/log.ts'
import { requestCounts } from '../../../../registry-app/src/ui/request-counts.ts'
import { type OpenedUi, openUi, type UiSurroundings } from '../../../../registry-app/src/wiring/open-ui.ts'
import { load } from '../../config/complaints-of.ts'
import { eventually } from '../../http/support/eventually.ts'
import { type TrialServer, type TrialServerOptions, trialServer } from '../../http/support/trial-server.ts'
import { counter } from '../../support/counter.ts'
import { standingClock, trial } from '../../support/registry.ts'
import { type CountingStore, countingStore } from './counting-store.ts'

export interface TrialUi extends Omit<TrialServer, 'driver' | 'call'> {
  readonly driver: CountingStore
  readonly ui: OpenedUi
  /** What an end-point of the extension answers, as JSON. */
  ask(path: string, authorization?: string): Promise<{ status: number; json: Record<string, never> }>
  call: TrialServer['call']
  /** Makes the summary, and waits for it. */
  summarize(): Promise<void>
}

/** The registry with its page, over a storage that counts. */
export async function trialUi({
  storage = 'inmemory',
  yaml = '',
  gate,
  host,
  settings = {},
  examine,
  registry = {},
}: {
  storage?: string
  yaml?: string
  gate?: Gate
  /** `http.host` */
  host?: string
  settings?: TrialServerOptions['settings']
  examine?: UiSurroundings['examine']
  registry?: TrialServerOptions['registry']
} = {}): Promise<TrialUi> {
  const clock = standingClock()
  const driver = countingStore(clock.now)
  const log = createLog({ level: 'error', formatter: 'text', fields: {}, now: clock.now, write: text => console.error(text) })
  const ui = openUi(load(`storage: ${storage}\n${yaml}`).config, {
    driver,
    registry: trial({ driver }).registry,
    requests: requestCounts(clock.now),
    certificates: undefined,
    checks: [{ name: 'storage', look: () => ({ state: 'ok' }) }],
    examine,
    log,
    now: clock.now,
    clock: () => clock.now().getTime(),
    random: () => 0,
    randomName: counter('process'),
    sleep: async (_, signal) => void (await once(signal, 'abort')),
  })
  const told = { ...ui.activity.listeners, locate: (path: string) => path }
  const served = await trialServer({
    registry: { driver, now: clock.now, ...registry },
    settings,
    pipeline: { ui, told, host, ...(gate && { gate }) },
  })
  const ask = async (path: string, authorization?: string) => {
    const { status, body } = await served.call({ path, headers: authorization === undefined ? {} : { authorization } })
    return { status, json: JSON.parse(body.toString()) }
  }
  return {
    ...served,
    clock,
    driver,
    ui,
    ask,
    async summarize() {
      await ui.summaries.current()
      await eventually(async () => (await ui.summaries.current()).building).toBe(false)
      driver.cost()
    },
  }
}
