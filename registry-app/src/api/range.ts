import { RegistryError } from '../registry/errors.ts'

/** The first and last byte that are wanted, or so many of the last ones. */
export type WantedRange = { first: number; last?: number } | { suffix: number }

/**
 * The Range header of a download (RFC 9110, section 14.2).
 *
 * @returns `undefined` for no range, several, or what is none: the specification lets a server send everything then
 */
export function parseRange(header: string | undefined): WantedRange | undefined {
  const match = header?.match(/^bytes=(\d{0,15})-(\d{0,15})$/)
  if (!match) return undefined
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? undefined : { suffix: Number(last) }
  if (last === '') return { first: Number(first) }
  return Number(last) < Number(first) ? beyondAnyEnd : { first: Number(first), last: Number(last) }
}

/** `bytes=500-0`: the conformance suite, like Go's server, wants 416 for it, as for a range that no blob is long enough for. */
const beyondAnyEnd = { first: Number.MAX_SAFE_INTEGER }

/**
 * The Content-Range header of a chunk: `<first>-<last>`, both included (OCI distribution specification, "Pushing a blob in chunks"). That of
 * RFC 9110, `bytes <first>-<last>/<size>`, is understood too.
 *
 * @throws RegistryError RANGE_INVALID
 */
export function parseContentRange(header: string | undefined): { first: number; last: number } | undefined {
  if (header === undefined) return undefined
  const match = header.match(/^(?:bytes )?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/)
  const [first, last] = [Number(match?.[1]), Number(match?.[2])]
  if (!match || last < first) throw new RegistryError('RANGE_INVALID', { contentRange: header, allowed: '<first>-<last>' })
  return { first, last }
}
