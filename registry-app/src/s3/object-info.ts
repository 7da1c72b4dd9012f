import { dateField, field } from './answer-fields.ts'
import type { AnswerFields } from './bucket.ts'

/** What a store tells of an object with its headers. */
export interface ObjectInfo {
  /** In bytes, of the whole object. */
  size: number
  modified: Date
  /** With its quotes, as it is compared. */
  etag: string | undefined
}

/** @param size of the whole object, which after a ranged request is not the answer's length */
export function objectInfo(headers: AnswerFields, size: number): ObjectInfo {
  return { size, modified: dateField(headers, 'last-modified') ?? new Date(0), etag: field(headers, 'etag') }
}

/** The object is not there. `HEAD` tells no code, so a missing bucket looks the same. */
export const isAbsent = (status: number, code: string | undefined): boolean =>
  status === 404 && (code === undefined || code === 'NoSuchKey')
