import { guidesTo } from './guides.ts'

/** One thing that is wrong with the configuration, and where. */
export interface Complaint {
  /** The file's name, or the name of the environment variable. */
  readonly source: string
  /** Counted from 1; absent for what came from a variable, and for what is missing. */
  readonly line?: number
  readonly column?: number
  /** The key's path, such as `http.addr`; empty where the whole file is meant. */
  readonly path: string
  /** The value as it was written, `***` for a secret; absent where there is none, or where showing it might give a secret away. */
  readonly value?: string
  /** What is wrong, and what is allowed. */
  readonly message: string
}

/** The configuration cannot be used. Its message lists every complaint, one a line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly complaints: readonly Complaint[]
  /** Which pages explain these keys: the line after the message, where a person reads it. */
  readonly guides: string

  constructor(complaints: readonly Complaint[], options?: ErrorOptions) {
    const count = complaints.length === 1 ? 'one mistake' : `${complaints.length} mistakes`
    super([`the configuration has ${count}:`, ...complaints.map(complaint => `  ${formatComplaint(complaint)}`)].join('\n'), options)
    this.complaints = complaints
    const paths = complaints.map(({ path }) => path)
    this.guides = guidesTo(paths, 'docs/configuration.md')
  }
}

/** `config.yml:3:9: http.addr: must be … (it says "5000")` */
export function formatComplaint({ source, line, column, path, value, message }: Complaint): string {
  const place = line === undefined ? source : `${source}:${line}:${column ?? 1}`
  const said = value === undefined ? '' : ` (it says ${value === '***' ? value : JSON.stringify(value)})`
  return `${place}: ${path === '' ? '' : `${path}: `}${message}${said}`
}

/** File first, from its top to its end, then the variables by their names: the order in which a person mends them. */
export function inReadingOrder(complaints: readonly Complaint[]): readonly Complaint[] {
  return complaints.toSorted(
    (one, other) =>
      Number(one.line === undefined) - Number(other.line === undefined) ||
      (one.line ?? 0) - (other.line ?? 0) ||
      (one.column ?? 0) - (other.column ?? 0) ||
      (one.source < other.source ? -1 : Number(one.source > other.source)),
  )
}
