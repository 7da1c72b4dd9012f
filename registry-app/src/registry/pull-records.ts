import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { Gathered } from './last-pulls.ts'
import type { Name } from './name.ts'
import { pullsPath } from './paths.ts'

/*
 * An object of pulls: a line of JSON that says since when and until when was counted, and a line for each repository: its name, and each tag, or manifest (`@` and
 * the beginning of its digest), with the day of its last pull, counted from 1970.
 *
 * None is ever changed, and each has a name of its own: replicas cannot overwrite one another. Who puts several together deletes them when what came of it is
 * stored. Two who do that at once leave the same days twice.
 */

/** The last pulls, as far as they have been written down. */
export interface KnownPulls {
  /** Since when pulls have been counted without a gap; milliseconds since 1970. `undefined`: they are not. */
  readonly since: number | undefined
  /** By tag, and by `digestReference`: the day of the last pull, counted from 1970. */
  of(name: Name): ReadonlyMap<string, number>
  /** On that day everything counts as pulled. */
  readonly all: number | undefined
}

export const dayLength = 86_400_000
export const dayOf = (milliseconds: number) => Math.floor(milliseconds / dayLength)

const format = 1
/** In which nobody counted, and which says nothing: each process writes down what it has seen several times a day. Milliseconds. */
const gap = 2 * dayLength
/** What is older than this is of no use: `keep.pulled` goes less far back. */
const oldest = 400
const usualSize = 4 * 1024 * 1024
const largest = 8 * usualSize
/** So many days are in one line at most. */
const mostInLine = 10_000
const patience = 5
/** So many objects beyond what full ones would take are put together. */
const mostSmall = 16

interface Header {
  readonly from: number
  readonly to: number
  readonly all?: number | undefined
}

/** One PUT, also where there was no pull: it says that somebody counted. */
export async function writePulls(
  driver: StorageDriver,
  { from, references, all }: Gathered,
  { now, randomName, signal }: { now: number; randomName: () => string } & CallOptions,
): Promise<void> {
  const day = dayOf(now)
  const lines = [...references].map(([name, each]) => lineOf(name, new Map([...each].map(reference => [reference, day]))))
  await driver.put(pullsPath + randomName(), encode({ from, to: now, all: all ? day : undefined }, lines.sort()), { signal })
}

export async function readPulls(driver: StorageDriver, now: number, options?: CallOptions): Promise<KnownPulls> {
  let found = await readAll(driver, await keysOf(driver, options), options)
  // Put together with others while it was read: what came of it is in a new list.
  for (let tries = 0; found.gone; tries += 1) {
    if (tries === patience) throw new Error('the pulls that were counted are put together all the time, and cannot be read')
    found = await readAll(driver, await keysOf(driver, options), options)
  }
  const { headers, lines } = found
  const last = contiguous(headers)
  return {
    since: last && last.to >= now - gap ? last.from : undefined,
    of: name => daysIn(lines.get(name) ?? []),
    all: last?.all,
  }
}

/** Puts objects together where there are many. @returns whether there were */
export async function compactPulls(
  driver: StorageDriver,
  { now, randomName, signal }: { now: number; randomName: () => string } & CallOptions,
): Promise<boolean> {
  const found = await keysOf(driver, { signal })
  const size = found.reduce((sum, each) => sum + each.size, 0)
  if (found.length <= size / usualSize + mostSmall) return false
  const { headers, lines, read } = await readAll(driver, found, { signal })
  const header = contiguous(headers)
  if (!header) return false

  let pending: string[] = []
  let bytes = 0
  const flush = async () => {
    await driver.put(pullsPath + randomName(), encode(header, pending), { signal })
    pending = []
    bytes = 0
  }
  for (const name of [...lines.keys()].sort()) {
    const days = [...daysIn(lines.get(name) ?? [])].filter(([, day]) => day > dayOf(now) - oldest)
    if (days.length === 0) continue
    for (let at = 0; at < days.length; at += mostInLine) {
      const line = lineOf(name, new Map(days.slice(at, at + mostInLine)))
      pending.push(line)
      bytes += line.length
      if (bytes >= usualSize) await flush()
    }
  }
  // One at least: it also says since when.
  await flush()
  await driver.delete(read, { signal })
  return true
}

const keysOf = async (driver: StorageDriver, options?: CallOptions) => {
  const found: { key: Key; size: number }[] = []
  for await (const { objects } of driver.list(pullsPath, options)) found.push(...objects)
  return found
}

/**
 * The lines as they are: they take less memory than what they say.
 *
 * @returns also whether one of the objects is not there any more
 * @throws Error for one that this release does not know: what it says would be missing
 */
async function readAll(driver: StorageDriver, found: readonly { key: Key }[], options?: CallOptions) {
  const headers: Header[] = []
  const lines = new Map<string, string[]>()
  const read: Key[] = []
  let gone = false
  for (const { key } of found) {
    const content = await driver.read(key, { ...options, limit: largest })
    if (!content) {
      gone = true
      continue
    }
    const [first = '', ...rest] = Buffer.from(content).toString('latin1').split('\n')
    headers.push(headerIn(first, key))
    read.push(key)
    for (const line of rest) {
      const end = line.indexOf(' ')
      if (end < 0) continue
      const name = line.slice(0, end)
      const known = lines.get(name)
      if (known) known.push(line.slice(end + 1))
      else lines.set(name, [line.slice(end + 1)])
    }
  }
  return { headers, lines, read, gone }
}

function headerIn(line: string, key: Key): Header {
  let header: Partial<Header & { format: number }> = {}
  try {
    header = JSON.parse(line)
  } catch {}
  const { from, to, all } = header
  if (header.format !== format || typeof from !== 'number' || typeof to !== 'number')
    throw new Error(`${key} holds no pulls that this release can read`)
  return { from, to, all }
}

/** The last stretch in which somebody has counted without a gap, and the last day on which there was too much to count. */
function contiguous(headers: readonly Header[]): Header | undefined {
  let last: Header | undefined
  for (const header of headers.toSorted((a, b) => a.from - b.from)) {
    const days = [last?.all, header.all].filter(day => day !== undefined)
    const follows = last !== undefined && header.from <= last.to + gap
    last = {
      from: follows && last ? last.from : header.from,
      to: Math.max(last?.to ?? 0, header.to),
      all: days.length > 0 ? Math.max(...days) : undefined,
    }
  }
  return last
}

const encode = (header: Header, lines: readonly string[]) => Buffer.from([JSON.stringify({ format, ...header }), ...lines].join('\n'))

const lineOf = (name: string, days: ReadonlyMap<string, number>) =>
  [name, ...[...days].map(([reference, day]) => `${reference}=${day}`)].join(' ')

function daysIn(lines: readonly string[]): Map<string, number> {
  const days = new Map<string, number>()
  for (const line of lines) {
    for (const entry of line.split(' ')) {
      const at = entry.lastIndexOf('=')
      const [reference, day] = [entry.slice(0, at), Number(entry.slice(at + 1))]
      days.set(reference, Math.max(day, days.get(reference) ?? 0))
    }
  }
  return days
}
