import { GlobError } from '../../registry-app/src/auth/access/glob.ts'
import { compileTagGlob } from '../../registry-app/src/auth/access/tag-glob.ts'
import { parseAddress as parseListen } from '../../registry-app/src/config/address.ts'
import { parseDuration } from '../../registry-app/src/config/duration.ts'
import { UsageError } from '../usage-error.ts'
import { type Platform, parsePlatform } from './platform.ts'

/** As the command line has them. */
export interface CopyOptions {
  tags?: string[]
  platform?: string[]
  referrers: boolean
  insecure?: true
  ca?: string
  fromUser?: string
  fromPasswordFile?: string
  toUser?: string
  toPasswordFile?: string
  jobs: string
  delete?: true
  dryRun?: true
  json?: true
  watch?: true
  interval: string
  recheck: string
  metrics?: string
}

/** The same, read. */
export interface Wishes {
  readonly wanted: (tag: string) => boolean
  readonly platforms: readonly Platform[]
  readonly referrers: boolean
  readonly insecure: boolean
  readonly jobs: number
  readonly deletes: boolean
  readonly dryRun: boolean
  readonly json: boolean
  /** Milliseconds. */
  readonly interval: number
  readonly recheck: number
  readonly metrics: ReturnType<typeof parseListen>['listen'] | undefined
}

/** @throws UsageError */
export function readOptions(options: CopyOptions): Wishes {
  const { tags = [], platform = [], referrers, insecure, jobs, dryRun, json, watch, interval, recheck, metrics } = options
  const globs = tags.map(tagGlob)
  if (!watch && metrics !== undefined) throw new UsageError('--metrics goes with --watch')
  if (watch && (dryRun || json)) throw new UsageError('--watch copies as long as it runs: --dry-run and --json go without it')
  if (options.delete && (tags.length > 0 || platform.length > 0)) {
    throw new UsageError('--delete makes the target what the source is, which --tags and --platform do not')
  }
  if (!/^\d{1,3}$/.test(jobs) || Number(jobs) < 1 || Number(jobs) > 100)
    throw new UsageError(`--jobs ${jobs}: write a number from 1 to 100`)
  return {
    wanted: tag => globs.length === 0 || globs.some(fits => fits(tag)),
    platforms: platform.map(parsePlatform),
    referrers,
    insecure: insecure === true,
    jobs: Number(jobs),
    deletes: options.delete === true,
    dryRun: dryRun === true,
    json: json === true,
    interval: duration('--interval', interval),
    recheck: duration('--recheck', recheck),
    metrics: metrics === undefined ? undefined : listenAddress(metrics),
  }
}

function tagGlob(text: string): (tag: string) => boolean {
  try {
    return compileTagGlob(text)
  } catch (cause) {
    if (!(cause instanceof GlobError)) throw cause
    throw new UsageError(`--tags ${text}: ${cause.message}`, { cause })
  }
}

function duration(option: string, text: string): number {
  const read = parseDuration(text)
  if (read === undefined || read < 1000) throw new UsageError(`${option} ${text}: write a duration from a second, such as 30s or 5m`)
  return read
}

function listenAddress(text: string) {
  try {
    return parseListen(text).listen
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new UsageError(`--metrics ${text}: ${cause.message}`, { cause })
  }
}
