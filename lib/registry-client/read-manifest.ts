import { createHash } from 'node:crypto'
import { algorithmOf, asDigest, type Digest } from '../../registry-app/src/registry/digest.ts'
import { manifestTypes } from '../../registry-app/src/registry/media-types.ts'
import { RegistryFailure } from './http/failure.ts'
import { headerOf, readAll } from './http/wire.ts'
import type { RawManifest } from './ports.ts'
import type { RegistryClient } from './registry-client.ts'

/** What a manifest may weigh: registries take 4 MiB. */
export const largestManifest = 8 * 1024 * 1024

/** Without any other type a registry may answer with one that it made up for an old client. */
export const accept = [...manifestTypes, 'application/vnd.oci.artifact.manifest.v1+json', '*/*'].join(', ')

export async function readManifest(client: RegistryClient, repository: string, reference: string): Promise<RawManifest | undefined> {
  const path = `/v2/${repository}/manifests/${reference}`
  const answer = await client.send({ method: 'GET', path, headers: { accept }, scopes: [`repository:${repository}:pull`], ok: [200, 404] })
  const content = await readAll(answer, largestManifest)
  if (answer.status === 404) return undefined
  const claimed = asDigest(reference) ?? asDigest(headerOf(answer, 'docker-content-digest') ?? '')
  const digest = digestLike(claimed, content)
  if (claimed !== undefined && digest !== claimed) throw new RegistryFailure(`${client.host}${path}: the bytes are not those of ${claimed}`)
  return { content, mediaType: headerOf(answer, 'content-type')?.split(';', 1)[0]?.trim() ?? '', digest }
}

/** The digest of these bytes, by the algorithm of that one. @default sha256 */
export function digestLike(like: Digest | undefined, content: Uint8Array): Digest {
  const algorithm = like === undefined ? 'sha256' : algorithmOf(like)
  return `${algorithm}:${createHash(algorithm).update(content).digest('hex')}`
}

/** What such a tag is about; `undefined` for other tags, and where the tag does not say it all. */
export const subjectOf = (tag: string): Digest | undefined =>
  /^sha256-[0-9a-f]{64}$/.test(tag) ? asDigest(tag.replace('-', ':')) : undefined
