import type { Surveyed } from '../collection/collect.ts'
import { type SurveyOptions, SurveyTooLarge, survey } from '../collection/survey.ts'
import { keptFresh } from '../concurrency/kept-fresh.ts'
import { summaryPath } from '../registry/paths.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { type CollectionFacts, decodeSummary, encodeSummary, type Summary, summaryLimit, summaryOf } from './summary.ts'

/** The summary as this process knows it. */
export interface Summaries {
  /** One request a minute at most, while somebody asks. Where it is missing or too old, a new one is begun in the background. */
  current(): Promise<KnownSummary>
  /**
   * Garbage was collected: whoever did it looks at the whole storage anyway, so the summary is made anew, of what he has seen where he counted it. Never rejects.
   */
  collected(run: CollectionFacts & { survey?: Surveyed | undefined }, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

export interface KnownSummary {
  /** Absent: there was none yet. */
  readonly summary: Summary | undefined
  /** A new one is being made here. */
  readonly building: boolean
  /** Why there is no newer one. */
  readonly problem?: 'too-large' | 'failed' | undefined
}

export interface SummariesOptions {
  driver: StorageDriver
  /** How old it may become before it is made anew because somebody looks (`ui.summary.age`). Milliseconds. */
  age: number
  /** Requests to the store at the same time. */
  breadth: number
  /** Nothing may be written: what this process makes is its own. */
  readOnly: boolean
  now: () => Date
  /** Milliseconds. */
  clock: () => number
  failed: (error: unknown) => void
}

/** Objects that are looked at because somebody opened the page: a thousand lists, and 80 MB at most. Where there are more, only the collector does. */
const mostObjects = 1_000_000

/** After a failure nobody tries again for so long. Milliseconds. */
const rest = 10 * 60_000

export function summaries({ driver, age, breadth, readOnly, now, clock, failed }: SummariesOptions): Summaries {
  const stopping = new AbortController()
  const time = () => now().getTime()
  let known: Summary | undefined
  let underWay: Promise<void> | undefined
  let problem: KnownSummary['problem']
  let restUntil = 0

  const fresh = keptFresh({
    async look() {
      const content = await driver.read(summaryPath, { limit: summaryLimit })
      const stored = content && (await decodeSummary(content))
      if (stored && stored.at > (known?.at ?? 0)) known = stored
    },
    every: 60_000,
    atMost: 10 * 60_000,
    clock,
  })

  async function look(options: Omit<SurveyOptions, 'breadth'>): Promise<Surveyed> {
    const at = time()
    return { at, found: await survey(driver, { breadth, ...options }) }
  }

  async function build(options: Omit<SurveyOptions, 'breadth'>, collection?: CollectionFacts, seen?: Surveyed) {
    // Somebody may have looked later than the collector has.
    const { at, found } = seen && seen.at >= (known?.at ?? 0) ? seen : await look(options)
    known = summaryOf(found, at, known, collection)
    problem = undefined
    if (!readOnly) await driver.put(summaryPath, await encodeSummary(known), { signal: options.signal })
  }

  /** One after the other, and never two at once. */
  function begin(options: Omit<SurveyOptions, 'breadth'>, collection?: CollectionFacts, seen?: Surveyed): Promise<void> {
    const before = underWay ?? Promise.resolve()
    const mine = before
      .then(() => build(options, collection, seen))
      .catch(error => {
        if (stopping.signal.aborted) return
        problem = error instanceof SurveyTooLarge ? 'too-large' : 'failed'
        restUntil = time() + rest
        if (problem === 'failed') failed(error)
      })
      .finally(() => {
        if (underWay === mine) underWay = undefined
      })
    underWay = mine
    return mine
  }

  return {
    async current() {
      await fresh()
      const isOld = known === undefined || time() - known.at > age
      if (isOld && underWay === undefined && time() >= restUntil) void begin({ most: mostObjects, signal: stopping.signal })
      return { summary: known, building: underWay !== undefined, problem }
    },

    async collected({ survey: seen, ...facts }, signal) {
      try {
        // So that the history goes on from what is stored.
        await fresh()
      } catch (error) {
        return failed(error)
      }
      await begin({ signal }, facts, seen)
    },

    async stop() {
      stopping.abort(new Error('the registry stops'))
      await underWay
    },
  }
}
