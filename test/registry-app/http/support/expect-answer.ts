import { expect } from 'vitest'
import type { ErrorCode } from '../../../../registry-app/src/registry/errors.ts'
import type { Answer } from './trial-server.ts'

export interface Expected {
  readonly status: number
  /** `undefined`: there must be no such header. */
  readonly headers?: Readonly<Record<string, string | RegExp | undefined>>
  /** The code of the one error in the body. */
  readonly code?: ErrorCode
  readonly detail?: object
  readonly body?: Uint8Array
  readonly json?: unknown
}

/** What every answer has, and what this one has to have. */
export function expectAnswer(answer: Answer, expected: Expected): void {
  const { status, headers, body } = answer
  expect({ status, body: status === expected.status ? '' : body.toString() }).toEqual({ status: expected.status, body: '' })
  expect(headers).toMatchObject({
    'x-request-id': expect.stringMatching(/./),
    'docker-distribution-api-version': 'registry/2.0',
  })
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    if (value instanceof RegExp) expect(headers[name], name).toMatch(value)
    else expect(headers[name], name).toBe(value)
  }
  if (expected.body) expect(body.equals(expected.body), 'the body, byte for byte').toBe(true)
  if (expected.json !== undefined) expect(JSON.parse(body.toString())).toEqual(expected.json)
  if (expected.code) expectErrors(answer, [expected.code], expected.detail)
}

/** OCI distribution specification, "Error Codes". */
export function expectErrors({ headers, body }: Answer, codes: readonly ErrorCode[], detail?: object): void {
  expect(headers['content-type']).toBe('application/json')
  expect(headers['content-length']).toBe(String(body.length))
  const { errors } = JSON.parse(body.toString())
  expect(errors).toEqual(
    codes.map(code => expect.objectContaining({ code, message: expect.stringMatching(/./), detail: expect.anything() })),
  )
  if (detail !== undefined) expect(errors[0].detail).toMatchObject(detail)
}
