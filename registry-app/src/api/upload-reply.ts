import { RegistryError } from '../registry/errors.ts'
import type { UploadState } from '../registry/upload-state.ts'
import type { IncomingBody } from '../registry/uploads.ts'
import type { Context } from './context.ts'
import { parseContentRange } from './range.ts'
import { empty, type Reply, type ReplyHeaders } from './reply.ts'

/** What a client has to know to go on with its upload. */
export function uploadHeaders({ registry, settings, request }: Context, state: UploadState): ReplyHeaders {
  const path = `/v2/${state.name}/blobs/uploads/${state.id}?_state=${registry.uploads.seal(state)}`
  return {
    location: settings.locate(path, request),
    range: `0-${Math.max(0, state.offset - 1)}`,
    'docker-upload-uuid': state.id,
  }
}

/** The upload that this URL carries. @throws RegistryError BLOB_UPLOAD_UNKNOWN */
export function openUpload({ registry, request, params }: Context): UploadState {
  return registry.uploads.open(params.name, params.upload, request.query.get('_state') ?? '')
}

export function uploadedBlob({ settings, request, params }: Context, digest: string): Reply {
  const location = settings.locate(`/v2/${params.name}/blobs/${digest}`, request)
  return empty(201, { location, 'docker-content-digest': digest })
}

/**
 * The request's body as a chunk of this upload.
 *
 * @throws OutOfOrder if its Content-Range does not begin where the upload stands
 */
export function chunkOf({ request }: Context, state: UploadState): IncomingBody {
  const range = parseContentRange(request.headers['content-range'])
  const { size, pieces } = request.body
  if (range && range.first !== state.offset) throw new OutOfOrder(state, range)
  if (range && size !== undefined && range.last - range.first + 1 !== size) {
    throw new RegistryError('SIZE_INVALID', { contentRange: request.headers['content-range'], contentLength: size })
  }
  return { pieces, size, range }
}

/** A chunk that does not begin where the upload stands: the answer tells where that is, and how to go on. */
export class OutOfOrder extends RegistryError {
  readonly state: UploadState

  constructor(state: UploadState, range: { first: number; last: number }) {
    super('RANGE_INVALID', { received: `${range.first}-${range.last}`, expected: `${state.offset}-` })
    this.state = state
  }
}

/** Turns a chunk out of order into its answer: 416 with the Range and the Location to go on from. */
export async function inOrder(context: Context, act: () => Promise<Reply>): Promise<Reply> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof OutOfOrder)) throw error
    const headers = { 'content-type': 'application/json', ...uploadHeaders(context, error.state) }
    return { status: error.status, headers, body: JSON.stringify({ errors: [error] }) }
  }
}
