import type { Log } from '../../ops/log.ts'
import type { StorageDriver } from '../../storage/driver.ts'
import type { Circumstances, Happening, Listener, Listeners } from '../happening.ts'
import { createEndpoint, type Endpoint, type EndpointStats } from './endpoint.ts'
import { type EventOptions, eventOf } from './event.ts'
import { keptQueues } from './kept-queues.ts'
import type { Process } from './owner.ts'
import { createQueue, type Queue } from './queue.ts'
import { receiver } from './receiver.ts'

/** One of `notifications.endpoints`. */
export interface EndpointSettings {
  readonly name: string
  readonly disabled: boolean
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, readonly string[]>>
  /** Milliseconds, as is `backoff`. */
  readonly timeout: number
  readonly threshold: number
  readonly backoff: number
  readonly ignoredmediatypes: readonly string[]
  readonly ignore: { readonly mediatypes: readonly string[]; readonly actions: readonly Happening['action'][] }
}

export interface NotifierOptions extends EventOptions {
  endpoints: readonly EndpointSettings[]
  /** `notifications.queue` */
  queue: { readonly limit: number; readonly save: number }
  driver: StorageDriver
  process: Process
  log: Log
  random: () => number
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export interface Notifier {
  readonly listeners: Listeners
  stats(): readonly EndpointStats[]
  /** Delivers what can be delivered in so many milliseconds, and keeps the rest for the next process. */
  stop(grace: number): Promise<void>
}

/** How often it is looked for what other processes have left, in milliseconds. */
const adoptEvery = 60_000

/** Tells every endpoint what happens. Resolves when it has taken over what earlier processes could not deliver: that comes first. */
export async function startNotifier(options: NotifierOptions): Promise<Notifier> {
  const { driver, process, log, now, sleep } = options
  const enabled = options.endpoints.filter(({ disabled }) => !disabled)
  const kept = keptQueues({
    driver,
    process,
    endpoints: enabled.map(({ name }) => name),
    now,
    sleep,
    strangers: once(() => log.warn('notifications are kept in the storage for endpoints that are disabled or not configured any more')),
  })

  const queues = new Map<string, Queue>()
  const open = (settings: EndpointSettings): Endpoint => {
    const { name, url = '', headers, timeout, threshold, backoff } = settings
    const queue = createQueue({
      store: kept.storeFor(name),
      limit: options.queue.limit,
      saveAfter: options.queue.save,
      now: () => now().getTime(),
      missing: count => log.warn('another process has taken over notifications of this one', { endpoint: name, count }),
    })
    queues.set(name, queue)
    return createEndpoint({ ...options, name, queue, receiver: receiver({ url, headers, timeout }), threshold, backoff })
  }
  const endpoints = enabled.map(settings => ({ settings, endpoint: open(settings) }))

  const attempt = async (what: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      log.error(what, { error })
    }
  }
  const saveAll = async (all: boolean) => {
    for (const queue of queues.values()) await queue.save({ all })
    if ([...queues.values()].some(queue => queue.isKept())) await kept.stayOwner()
  }
  const adoptNow = () =>
    attempt('notifications that others have left cannot be taken over; it is tried again', () =>
      kept.adopt(async (name, events) => {
        const endpoint = endpoints.find(one => one.endpoint.name === name)?.endpoint
        const queue = queues.get(name)
        // It is safer where it lies than dropped here; but for what there would never be room for.
        if (queue && queue.length() > 0 && !queue.hasRoom(events)) return false
        for (const event of events) endpoint?.push(event)
        await queue?.save({ all: true })
        return true
      }),
    )

  let adopting: Promise<void> | undefined
  const adopt = () => {
    adopting ??= adoptNow().finally(() => {
      adopting = undefined
    })
    return adopting
  }

  await adopt()
  for (const { endpoint } of endpoints) endpoint.start()

  let saving = false
  const saver = setInterval(async () => {
    if (saving) return
    saving = true
    await attempt('notifications that wait cannot be kept in the storage; a crash would lose them', () => saveAll(false))
    saving = false
  }, options.queue.save / 2)
  const adopter = setInterval(adopt, adoptEvery)
  saver.unref()
  adopter.unref()

  const tell: Listener<Happening, Circumstances> = (happening, where) => {
    const wanted = endpoints.filter(({ settings }) => wants(settings, happening))
    if (wanted.length === 0) return
    const event = JSON.stringify(eventOf(happening, where, options))
    for (const { endpoint } of wanted) endpoint.push(event)
  }

  return {
    listeners: { writes: tell, pulls: enabled.some(({ ignore }) => !ignore.actions.includes('pull')) ? tell : undefined },
    stats: () => endpoints.map(({ endpoint }) => endpoint.stats()),
    async stop(grace) {
      clearInterval(saver)
      clearInterval(adopter)
      await adopting
      await Promise.all(endpoints.map(({ endpoint }) => endpoint.stop(grace)))
      const waiting = [...queues.values()].reduce((sum, queue) => sum + queue.length(), 0)
      await attempt('notifications that were not delivered cannot be kept in the storage: they are lost', async () => {
        await saveAll(true)
        await kept.release()
        if (waiting > 0) log.info('notifications that were not delivered are kept for the next start', { waiting })
      })
    },
  }
}

function once(act: () => void): () => void {
  let done = false
  return () => {
    if (!done) act()
    done = true
  }
}

/** As Distribution's `ignoredSink` does: by the event's own media type, which that of a deletion is not. */
function wants({ ignoredmediatypes, ignore }: EndpointSettings, { action, mediaType = 'application/octet-stream' }: Happening): boolean {
  const type = action === 'delete' ? '' : mediaType
  return !ignore.actions.includes(action) && !ignore.mediatypes.includes(type) && !ignoredmediatypes.includes(type)
}
