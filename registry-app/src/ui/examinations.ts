import type { Diagnosis } from '../doctor/diagnosis.ts'
import { doctorPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'

/** What the doctor has said of the store, for all replicas, and what makes him look again. */
export interface Examinations {
  /** One read. Where the store does not answer, what this process knows. */
  last(): Promise<LastExamination>
  /** Begins one, unless one is under way here or elsewhere: two reads and a write. @param by whose name the log tells */
  begin(by?: string): Promise<void>
  /** Makes one, unless one is under way. Never rejects. @param limit ends it before its time */
  make(limit: AbortSignal): Promise<void>
  /** When the last one began, however it ended; milliseconds since 1970. One read. */
  lastBegun(signal: AbortSignal): Promise<number | undefined>
  /** What is under way ends, takes away what it stored, and counts as never begun. */
  stop(): Promise<void>
}

export interface LastExamination {
  readonly running: boolean
  /** The last one did not come to its end; the log says why, where there was somebody to write it. */
  readonly failed: boolean
  /** What the last one that did found. */
  readonly diagnosis?: Diagnosis | undefined
}

export interface ExaminationsOptions {
  driver: StorageDriver
  examine: (signal: AbortSignal) => Promise<Diagnosis>
  /** How long one may take. Milliseconds. @default 5 minutes */
  timeLimit?: number
  now: () => Date
  begun: (by: string | undefined) => void
  ended: (diagnosis: Diagnosis, milliseconds: number) => void
  failed: (error: unknown) => void
}

/** The one object. `ended` is absent while it runs, and stays so where its process died. */
interface Written {
  readonly format: number
  readonly begun: number
  readonly ended?: 'done' | 'failed' | undefined
  readonly diagnosis?: Diagnosis | undefined
}

/** Of another format is what a later release has written: it counts as absent. */
const format = 1
const key = `${doctorPath}last`
/** Some thirty sentences, each of which may quote a store's answer. Bytes. */
const largest = 1024 * 1024
/** For what is stored to be taken away, beyond the time of the examination. Milliseconds. */
const cleaning = 60_000
/** What the store is given to take or to tell what is known, before it is done without. Milliseconds. */
const patience = 5000

export function examinations(options: ExaminationsOptions): Examinations {
  const { driver, examine, timeLimit = 5 * 60_000, now } = options
  const stopping = new AbortController()
  const time = () => now().getTime()
  /** Where the store cannot even take it, it is of the most interest. */
  let own: Written | undefined
  let underWay: { readonly noted: Promise<void>; readonly ended: Promise<void> } | undefined

  async function read(signal: AbortSignal | undefined): Promise<Written | undefined> {
    const content = await driver.read(key, { signal, limit: largest })
    const stored = content && decode(content)
    return own && own.begun >= (stored?.begun ?? 0) ? own : stored
  }

  const known = () => read(own && AbortSignal.timeout(patience)).catch(error => own ?? Promise.reject(error))

  const isRunning = ({ begun, ended }: Written) => ended === undefined && time() - begun < timeLimit + cleaning

  async function write(written: Omit<Written, 'format'>) {
    own = { format, ...written }
    try {
      await driver.put(key, Buffer.from(JSON.stringify(own)), { signal: AbortSignal.timeout(patience) })
    } catch (error) {
      options.failed(error)
    }
  }

  function start(limit: AbortSignal, by?: string) {
    const { promise: noted, resolve: note } = Promise.withResolvers<void>()
    const run = async () => {
      const before = await known().catch(() => undefined)
      if (before && isRunning(before)) return
      const { diagnosis } = before ?? {}
      const begun = time()
      await write({ begun, diagnosis })
      note()
      options.begun(by)
      const tooLong = AbortSignal.timeout(timeLimit)
      const signal = AbortSignal.any([limit, stopping.signal, tooLong])
      try {
        const found = await examine(signal)
        signal.throwIfAborted()
        options.ended(found, time() - begun)
        await write({ begun, ended: 'done', diagnosis: found })
      } catch (error) {
        if (signal.aborted && !tooLong.aborted) return await write(before ?? { begun: 0, ended: 'done' })
        options.failed(error)
        await write({ begun, ended: 'failed', diagnosis })
      }
    }
    const ended = run().finally(() => {
      underWay = undefined
      note()
    })
    underWay = { noted, ended }
    return underWay
  }

  return {
    async last() {
      const last = await known()
      const running = underWay !== undefined || (last !== undefined && isRunning(last))
      return { running, failed: !running && last !== undefined && last.ended !== 'done', diagnosis: last?.diagnosis }
    },
    begin: by => (underWay ?? start(stopping.signal, by)).noted,
    make: limit => (underWay ?? start(limit)).ended,
    lastBegun: async signal => (await read(signal))?.begun,
    async stop() {
      stopping.abort(new Error('the registry stops'))
      await underWay?.ended
    },
  }
}

/** @returns `undefined` for what is of another format, or damaged */
function decode(content: Uint8Array): Written | undefined {
  try {
    const written = JSON.parse(Buffer.from(content).toString()) as Written
    return written.format === format ? written : undefined
  } catch {
    return undefined
  }
}
