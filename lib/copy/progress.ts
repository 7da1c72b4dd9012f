import type { Tally } from './copy-image.ts'

/** What became of one image. */
export interface ImageReport {
  /** At the source. */
  readonly from: string
  /** At the target. */
  readonly to: string
  readonly outcome: 'copied' | 'present' | 'failed' | 'deleted'
  readonly digest?: string | undefined
  readonly error?: string | undefined
  readonly tally: Tally
}

/** All of them together. */
export interface Total extends Tally {
  copied: number
  /** Images that were there already. */
  unchanged: number
  failed: number
  deleted: number
}

export interface Progress {
  image(report: ImageReport): void
  moved(bytes: number): void
  /** Something else than an image that went wrong. */
  trouble(message: string): void
  readonly total: Total
  readonly reports: readonly ImageReport[]
}

/** How often somebody who waits is told that bytes move. Milliseconds. */
const patience = 10_000

export interface ProgressOptions {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly clock: () => number
  /** The reports are kept for the end, and nothing is said meanwhile. */
  readonly json: boolean
  readonly dryRun: boolean
  /** Nothing is said of images that are there already. @default false */
  readonly onlyChanges?: boolean
}

export function showProgress({ out, error, clock, json, dryRun, onlyChanges = false }: ProgressOptions): Progress {
  const total: Total = { copied: 0, unchanged: 0, failed: 0, deleted: 0, sent: 0, mounted: 0, present: 0, bytes: 0, manifests: 0 }
  const reports: ImageReport[] = []
  const started = clock()
  let told = started
  let read = 0

  return {
    total,
    reports,
    moved(bytes) {
      read += bytes
      if (json || clock() - told < patience) return
      told = clock()
      error(`${total.copied + total.unchanged} images so far, ${size(read)} read, ${size((read * 1000) / (told - started))}/s\n`)
    },
    image(report) {
      const { outcome, tally } = report
      total[outcome === 'present' ? 'unchanged' : outcome] += 1
      for (const key of ['sent', 'mounted', 'present', 'bytes', 'manifests'] as const) total[key] += tally[key]
      told = clock()
      if (json) reports.push(report)
      else if (outcome === 'failed') error(`${report.from}\tFAILED\t${report.error}\n`)
      else if (outcome !== 'present' || !onlyChanges) out(`${report.from}\t${wordFor(report, dryRun)}\n`)
    },
    trouble(message) {
      total.failed += 1
      if (json) reports.push({ from: '', to: '', outcome: 'failed', error: message, tally: { ...nothing } })
      else error(`FAILED\t${message}\n`)
    },
  }
}

const nothing: Tally = { sent: 0, mounted: 0, present: 0, bytes: 0, manifests: 0 }

function wordFor({ outcome, to, tally }: ImageReport, dryRun: boolean): string {
  if (outcome === 'present') return 'is there already'
  if (outcome === 'deleted') return `${dryRun ? 'would be deleted' : 'deleted'} at ${to}`
  return `${dryRun ? 'would be copied' : 'copied'} to ${to}\t${blobsOf(tally)}`
}

const blobsOf = ({ sent, bytes, mounted, present }: Tally) =>
  [`${count(sent, 'blob')}, ${size(bytes)}`, mounted > 0 && `${mounted} mounted`, present > 0 && `${present} there already`]
    .filter(Boolean)
    .join(', ')

/** The last line. */
export function totalLine({ total }: Progress, dryRun: boolean): string {
  const { copied, unchanged, failed, deleted } = total
  const parts = [
    `${count(copied, 'image')} ${dryRun ? 'would be copied' : 'copied'} (${blobsOf(total)})`,
    `${unchanged} there already`,
    deleted > 0 && `${deleted} deleted`,
    `${failed} failed`,
  ]
  return `${parts.filter(Boolean).join('; ')}\n`
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** Bytes, for people: `12.3 MB`. */
function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  let [value, unit] = [bytes, 0]
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1]
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

/** `registry.example/app:v1`, `registry.example/app@sha256:…` */
export const nameOf = (title: string, reference: string) => `${title}${reference.includes(':') ? '@' : ':'}${reference}`
