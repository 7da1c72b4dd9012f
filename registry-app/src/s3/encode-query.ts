import type { Query } from './bucket.ts'
import { uriEncode } from './uri-encode.ts'

/** Sorted by name, as version 4 signs it and as it is sent. A sub-resource without a value keeps its `=`. */
export function encodeQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[uriEncode(name), uriEncode(value)] as const],
  )
  return pairs
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}
