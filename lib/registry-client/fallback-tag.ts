import type { Digest } from '../../registry-app/src/registry/digest.ts'
import { fallbackTag } from '../../registry-app/src/registry/fallback-tag.ts'
import { mediaTypeOf, parseStored } from '../../registry-app/src/registry/manifest-content.ts'
import { mediaTypes } from '../../registry-app/src/registry/media-types.ts'
import type { RawManifest } from './ports.ts'
import { readManifest } from './read-manifest.ts'
import type { RegistryClient } from './registry-client.ts'

/** What waits, for each place: two that read the same list, and write it one after the other, would lose an entry. */
const turns = new Map<string, Promise<unknown>>()

/**
 * Lists a referrer where a registry that knows none has them for those who look (OCI distribution specification, "Pushing Manifests with Subject").
 * What is listed there stays.
 */
export function addToFallbackTag(client: RegistryClient, repository: string, subject: Digest, referrer: RawManifest): Promise<void> {
  const place = `${client.origin}/${repository}@${subject}`
  const turn = (turns.get(place) ?? Promise.resolve()).then(() => add(client, repository, subject, referrer))
  const settled = turn.catch(() => {}).then(() => void (turns.get(place) === settled && turns.delete(place)))
  turns.set(place, settled)
  return turn
}

async function add(client: RegistryClient, repository: string, subject: Digest, referrer: RawManifest): Promise<void> {
  const tag = fallbackTag(subject)
  const before = await readManifest(client, repository, tag)
  const entries = before ? entriesOf(before) : []
  if (entries.some(({ digest }) => digest === referrer.digest)) return
  const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [...entries, describe(referrer)] }
  const body = Buffer.from(JSON.stringify(index))
  const answer = await client.send({
    method: 'PUT',
    path: `/v2/${repository}/manifests/${tag}`,
    headers: { 'content-type': mediaTypes.ociIndex, 'content-length': String(body.length) },
    body,
    scopes: [`repository:${repository}:pull,push`],
    ok: [200, 201, 202],
  })
  await answer.drop().catch(() => {})
}

/** As they stand there, with what we do not know. */
function entriesOf({ content, mediaType }: RawManifest): readonly Record<string, unknown>[] {
  if (!parseStored(content, mediaType)) return []
  const { manifests } = JSON.parse(Buffer.from(content).toString()) as { manifests?: Record<string, unknown>[] }
  return manifests ?? []
}

/** OCI distribution specification, "Listing Referrers": with its annotations, and as what it is. */
function describe({ content, digest }: RawManifest): Record<string, unknown> {
  const { artifactType, annotations, config } = JSON.parse(Buffer.from(content).toString()) as Record<string, { mediaType?: string }>
  const type = artifactType || config?.mediaType
  return {
    mediaType: mediaTypeOf(content),
    digest,
    size: content.length,
    ...(type && { artifactType: type }),
    ...(annotations && { annotations }),
  }
}
