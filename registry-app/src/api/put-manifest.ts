import { RegistryError } from '../registry/errors.ts'
import { parseReference, parseTag } from '../registry/name.ts'
import type { Context } from './context.ts'
import { receiveManifest } from './manifest-body.ts'
import { empty, type Reply, warning } from './reply.ts'

/** Far more than the ten that the specification asks for; the request line could hold some hundred. */
const tagsAtOnce = 100

/** end-7a and end-7b: `PUT /v2/<name>/manifests/<reference>`, with `?tag=` beside a digest (OCI distribution specification, "Pushing Manifests"). */
export async function putManifest(context: Context): Promise<Reply> {
  const { registry, settings, request, params, tell, signal } = context
  const reference = parseReference(params.reference)
  const tags = request.query.getAll('tag').map(parseTag)
  if (tags.length > tagsAtOnce)
    throw new RegistryError('TAG_INVALID', { tags: tags.length, allowed: `at most ${tagsAtOnce}` }, { status: 414 })
  if (tags.length > 0 && reference.tag !== undefined) {
    throw new RegistryError('TAG_INVALID', { reason: '?tag= goes with a push by digest' })
  }

  const mediaType = known(request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase())
  const { content, release } = await receiveManifest(context)
  const stored = await registry.manifests.put(params.name, reference, { content, mediaType, tags }, { signal }).finally(release)

  if (tell) {
    const { digest, mediaType } = stored
    const pushed = { action: 'push', object: 'manifest', name: params.name, digest, mediaType, size: content.length, content } as const
    if (tags.length === 0) tell({ ...pushed, tag: reference.tag })
    for (const tag of tags) tell({ ...pushed, tag })
  }
  return empty(201, {
    location: settings.locate(`/v2/${params.name}/manifests/${stored.digest}`, request),
    'docker-content-digest': stored.digest,
    'oci-subject': stored.subject,
    'oci-tag': tags.length > 0 ? tags.join(', ') : undefined,
    ...(stored.nondistributable ? warning('non-distributable layers are deprecated: this registry does not keep them') : {}),
  })
}

/** What curl and other plain clients send says nothing of the manifest: its JSON decides. */
function known(mediaType: string | undefined): string | undefined {
  return mediaType === '' || mediaType === 'application/octet-stream' || mediaType === 'application/json' ? undefined : mediaType
}
