import type { Fault } from './fault.ts'
import type { Plan } from './plan.ts'
import type { S3Request } from './s3-request.ts'

export interface OldStoreOptions {
  /** How it answers what is signed in version 4, unless in a URL; as Ceph did unless told. */
  v4?: Fault
  /**
   * `taken for version 1`: the parameters that it does not know are ignored, so the answer is one of version 1, without a continuation token.
   * It knows the call unless told.
   */
  listObjectsV2?: 'refused' | 'taken for version 1'
  /** It knows the call unless told. */
  deleteObjects?: 'refused'
}

/** What stores that know only Signature Version 2 answer to version 4. */
export const v4Refusals = {
  /**
   * Ceph's gateway before Jewel, in `RGW_Auth_S3::authorize` of rgw_rest_s3.cc: a header that does not begin with `AWS ` is -EINVAL,
   * which it words without a message.
   */
  ceph: { kind: 'answer', status: 400, code: 'InvalidArgument' },
  /** Those that look for `AWS key:signature`, find something, and compare it: https://github.com/anomalizer/ngx_aws_auth/issues/22 */
  compared: { kind: 'answer', status: 403, code: 'SignatureDoesNotMatch' },
  /** As AWS refuses version 2 where it knows 4 alone, turned round. */
  named: {
    kind: 'answer',
    status: 400,
    code: 'InvalidRequest',
    message: 'The authorization mechanism you have provided is not supported. Please use Signature Version 2.',
  },
} satisfies Record<string, Fault>

const notImplemented: Fault = {
  kind: 'answer',
  status: 501,
  code: 'NotImplemented',
  message: 'A header you provided implies functionality that is not implemented',
}

/** A URL that is signed in version 4 carries nothing that an old store knows as a signature: it comes from nobody (the same function in Ceph). */
const anonymous: Fault = { kind: 'answer', status: 403, code: 'AccessDenied' }

/** Makes of a store that knows everything one that knows only Signature Version 2. */
export function oldStore({ v4 = v4Refusals.ceph, listObjectsV2, deleteObjects }: OldStoreOptions = {}): Plan {
  return request => {
    if (request.headers.authorization?.startsWith('AWS4-')) return v4
    if (request.query.has('X-Amz-Algorithm')) return anonymous
    if (request.operation === 'DeleteObjects' && deleteObjects) return notImplemented
    if (request.operation !== 'ListObjectsV2' || !listObjectsV2) return undefined
    return listObjectsV2 === 'refused' ? notImplemented : { kind: 'ask', url: withoutVersion2(request) }
  }
}

/** Version 2 of the signature does not cover these parameters, so the request stays valid. */
function withoutVersion2({ url, query }: S3Request): string {
  const known = new URLSearchParams(query)
  for (const name of ['list-type', 'continuation-token', 'start-after', 'fetch-owner']) known.delete(name)
  return `${url.split('?')[0]}?${known}`
}
