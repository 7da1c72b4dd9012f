import type { Caller } from '../auth/access.ts'
import { parseAlgorithm, parseDigest } from '../registry/digest.ts'
import { asName, type Name, parseName } from '../registry/name.ts'
import type { Context } from './context.ts'
import { empty, type Reply } from './reply.ts'
import { uploadedBlob, uploadHeaders } from './upload-reply.ts'

/**
 * end-4a, end-4b, end-4c and end-11: `POST /v2/<name>/blobs/uploads/`, with `?digest=` for the whole blob at once, `?digest-algorithm=`, or
 * `?mount=` and `&from=` (OCI distribution specification, "Pushing blobs" and "Mounting a blob from another repository").
 */
export async function startUpload(context: Context): Promise<Reply> {
  const { registry, request, params, caller, tell, signal } = context
  const { query, body } = request

  const algorithm = query.get('digest-algorithm')
  if (algorithm !== null) parseAlgorithm(algorithm)

  const mount = query.get('mount')
  if (mount !== null) {
    const digest = parseDigest(mount)
    const given = query.get('from')
    const from = given === null ? undefined : parseName(given)
    const mounted = mayMount(caller, from) && (await registry.blobs.mount(params.name, digest, from, { signal }))
    if (mounted) {
      tell?.({ action: 'mount', object: 'blob', name: params.name, digest, size: mounted.size, from })
      return uploadedBlob(context, digest)
    }
  }

  const whole = query.get('digest')
  if (whole !== null) {
    const digest = parseDigest(whole)
    const { size } = await registry.uploads.store(params.name, digest, { pieces: body.pieces, size: body.size }, { signal })
    tell?.({ action: 'push', object: 'blob', name: params.name, digest, size })
    return uploadedBlob(context, digest)
  }

  await registry.uploads.admit(params.name, { signal })
  const headers = uploadHeaders(context, registry.uploads.start(params.name))
  return empty(202, { ...headers, 'oci-chunk-min-length': registry.uploads.smallestChunk })
}

/** Where a blob is to be mounted from, as far as that is a repository's name. */
export const mountSource = (query: URLSearchParams): Name | undefined => (query.has('mount') ? asName(query.get('from') ?? '') : undefined)

/** A mount gives what lies elsewhere: to those alone who may pull it there. To others it is as if it were not there. */
const mayMount = (caller: Caller | undefined, from: Name | undefined): boolean =>
  caller === undefined || (from === undefined ? caller.mayEverywhere('pull') : caller.may('pull', from))
