import type { AnswerFields } from '../bucket.ts'
import { NoHttp } from './failures.ts'

/** What stands before a body. */
export interface AnswerHead {
  status: number
  headers: AnswerFields
  /** How the end of the body is told: after so many bytes, by the last of its chunks, or by the end of the connection. */
  end: number | 'chunk' | 'connection'
  /** How long the connection may lie idle until the next request, in milliseconds; 0 if there must be none. */
  keep: number
}

/** Stores tell no limit of their own and hold idle connections for longer than this; one that was closed meanwhile costs a retry. Milliseconds. */
const longestIdle = 20_000
/** The store may have closed a connection that we still believe in: we give it up so much earlier than it said. Milliseconds. */
const margin = 1000

/**
 * Takes the head of an answer as HTTP/1.1 says it must be, and nothing that could be read in two ways (RFC 9112, sections 4, 5 and 6.3).
 *
 * @param text all of it, without the empty line at its end
 * @throws NoHttp
 */
export function answerHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n')
  const said = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(first)
  if (!said) throw new NoHttp('it does not begin with a status')
  const status = Number(said[2])
  const headers = fieldsOf(lines)
  return { status, headers, end: endOf(status, headers), keep: said[1] === '1' ? keepOf(headers) : 0 }
}

function fieldsOf(lines: readonly string[]): AnswerFields {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const line of lines) {
    const field = /^([!#$%&'*+.^_`|~\w-]+):([^\0\r\n]*)$/.exec(line)
    if (!field) throw new NoHttp('one of its headers is none')
    const [name, value] = [String(field[1]).toLowerCase(), String(field[2]).trim()]
    const before = fields[name]
    fields[name] = before === undefined ? value : [before, value].flat()
  }
  return fields
}

function endOf(status: number, headers: AnswerFields): AnswerHead['end'] {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  if (status < 200 || status === 204 || status === 304) return 0
  if (encoding !== undefined) {
    if (length !== undefined) throw new NoHttp('it tells its length in two ways')
    if (String(encoding).toLowerCase() !== 'chunked') throw new NoHttp('its transfer-encoding is unknown')
    return 'chunk'
  }
  if (length === undefined) return 'connection'
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) throw new NoHttp('its content-length is no number')
  return Number(length)
}

function keepOf(headers: AnswerFields): number {
  if (/\bclose\b/i.test(String(headers.connection ?? ''))) return 0
  const seconds = /\btimeout=(\d+)/i.exec(String(headers['keep-alive'] ?? ''))?.[1]
  return seconds === undefined ? longestIdle : Math.max(0, Math.min(longestIdle, Number(seconds) * 1000 - margin))
}
