import type { AnswerFields } from './bucket.ts'

/** One header of an answer; the first, if it was sent several times. */
export function field(headers: AnswerFields, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** A header that is a date, if it is one. */
export function dateField(headers: AnswerFields, name: string): Date | undefined {
  const date = new Date(field(headers, name) ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date
}
