import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Amount } from '../collection/report.ts'
import type { PushedTag, Survey, SurveyedRepository } from '../collection/survey.ts'

/** What the page shows of all repositories: made now and then by looking at everything, and kept in the storage for all replicas. */
export interface Summary {
  /** When the look at the storage began; milliseconds since 1970. */
  readonly at: number
  readonly whole: Amount
  readonly unlinked: Amount
  readonly repositories: readonly SurveyedRepository[]
  readonly pushed: readonly PushedTag[]
  /** A point for each day on which there was a look, the oldest first. */
  readonly history: readonly HistoryPoint[]
  /** What the last run of garbage collection in the service came to. */
  readonly collection?: CollectionFacts | undefined
}

export interface HistoryPoint {
  /** `2026-11-28`, in UTC. */
  readonly day: string
  readonly bytes: number
  readonly repositories: number
  /** The largest ones of that day, with their bytes. */
  readonly largest: readonly (readonly [name: string, bytes: number])[]
}

export interface CollectionFacts {
  readonly at: number
  readonly freed: Amount
  /** Found to be garbage, and deleted at `due` at the earliest. */
  readonly condemned: Amount
  readonly due?: number | undefined
}

/** Points that are kept: a year. */
const mostPoints = 366
const mostLargest = 10

/** Of another format is what a later release has written: it counts as absent. */
const format = 1

/** A summary of ten million repositories would be larger. Bytes. */
export const summaryLimit = 64 * 1024 * 1024

/** The look at the storage as a summary, in which the earlier one's history goes on. */
export function summaryOf(survey: Survey, at: number, earlier: Summary | undefined, collection = earlier?.collection): Summary {
  const day = new Date(at).toISOString().slice(0, 10)
  const largest = survey.repositories
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, mostLargest)
    .map(({ name, bytes }) => [name, bytes] as const)
  const point: HistoryPoint = { day, bytes: survey.whole.size, repositories: survey.repositories.length, largest }
  const history = [...(earlier?.history ?? []).filter(each => each.day !== day), point].slice(-mostPoints)
  return { at, ...survey, history, collection }
}

type Row = readonly [name: string, bytes: number, tags: number, manifests: number, pushed: number | null]

interface Written extends Omit<Summary, 'repositories'> {
  readonly format: number
  readonly repositories: readonly Row[]
}

export async function encodeSummary({ repositories, ...rest }: Summary): Promise<Uint8Array> {
  const rows = repositories.map(({ name, bytes, tags, manifests, pushed }): Row => [name, bytes, tags, manifests, pushed ?? null])
  return promisify(gzip)(JSON.stringify({ format, ...rest, repositories: rows } satisfies Written))
}

/** @returns `undefined` for what is of another format, or damaged: it is made anew */
export async function decodeSummary(content: Uint8Array): Promise<Summary | undefined> {
  try {
    const text = await promisify(gunzip)(content, { maxOutputLength: 8 * summaryLimit })
    const { format: written, repositories, ...rest } = JSON.parse(text.toString()) as Written
    if (written !== format) return undefined
    const named = repositories.map(([name, bytes, tags, manifests, pushed]) => ({
      name,
      bytes,
      tags,
      manifests,
      pushed: pushed ?? undefined,
    }))
    return { ...rest, repositories: named }
  } catch {
    return undefined
  }
}
