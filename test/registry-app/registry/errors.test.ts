import { expect, test } from 'vitest'
import { type ErrorCode, RegistryError } from '../../../registry-app/src/registry/errors.ts'

/** OCI distribution specification, "Error Codes", with the statuses of its end-points. */
test.each<[ErrorCode, number]>([
  ['BLOB_UNKNOWN', 404],
  ['BLOB_UPLOAD_INVALID', 400],
  ['BLOB_UPLOAD_UNKNOWN', 404],
  ['DIGEST_INVALID', 400],
  ['MANIFEST_BLOB_UNKNOWN', 400],
  ['MANIFEST_INVALID', 400],
  ['MANIFEST_UNKNOWN', 404],
  ['NAME_INVALID', 400],
  ['NAME_UNKNOWN', 404],
  ['SIZE_INVALID', 400],
  ['UNAUTHORIZED', 401],
  ['DENIED', 403],
  ['UNSUPPORTED', 405],
  ['TOOMANYREQUESTS', 429],
  ['RANGE_INVALID', 416],
])('%s is %i, with code, message and detail', (code, status) => {
  const error = new RegistryError(code, { some: 'detail' })
  expect(error.status).toBe(status)
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code, message: error.message, detail: { some: 'detail' } })
  expect(error.message).not.toBe('')
})

test('a status of its own, and a cause, can be given', () => {
  const cause = new Error('why')
  expect(new RegistryError('MANIFEST_INVALID', undefined, { status: 413, cause })).toMatchObject({ status: 413, cause })
})
