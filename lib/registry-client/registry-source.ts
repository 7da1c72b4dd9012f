import { asDigest, type Digest } from '../../registry-app/src/registry/digest.ts'
import { fallbackTag } from '../../registry-app/src/registry/fallback-tag.ts'
import { parseStored } from '../../registry-app/src/registry/manifest-content.ts'
import { mediaTypes } from '../../registry-app/src/registry/media-types.ts'
import { asTag } from '../../registry-app/src/registry/name.ts'
import { headerOf, readAll } from './http/wire.ts'
import { nextIn, pagesOf } from './pages.ts'
import type { ImageSource } from './ports.ts'
import { accept, digestLike, largestManifest, readManifest } from './read-manifest.ts'
import type { RegistryClient } from './registry-client.ts'
import { resumingBlob } from './resuming-blob.ts'

/** A repository of a registry, to be copied from. */
export function registrySource(client: RegistryClient, repository: string): ImageSource {
  const scopes = [`repository:${repository}:pull`]

  /** @returns `undefined`: the registry does not know referrers */
  async function listed(subject: Digest): Promise<readonly Digest[] | undefined> {
    const found: Digest[] = []
    const seen = new Set<string>()
    let next: string | undefined = `/v2/${repository}/referrers/${subject}`
    while (next !== undefined && !seen.has(next)) {
      seen.add(next)
      // Registries have several words for a path that they do not know.
      const answer = await client.send({
        method: 'GET',
        path: next,
        headers: { accept: mediaTypes.ociIndex },
        scopes,
        ok: [200, 400, 404, 405, 501],
      })
      const content = await readAll(answer, largestManifest)
      // What answers every path by a page of its own is no registry with referrers.
      const index = answer.status === 200 ? parseStored(content, mediaTypes.ociIndex) : undefined
      if (!index) return undefined
      found.push(...index.manifests.map(({ digest }) => digest))
      next = nextIn(headerOf(answer, 'link'), new URL(next, client.origin))
    }
    return found
  }

  async function tagged(subject: Digest): Promise<readonly Digest[]> {
    const manifest = await readManifest(client, repository, fallbackTag(subject))
    return (manifest && parseStored(manifest.content, manifest.mediaType)?.manifests.map(({ digest }) => digest)) ?? []
  }

  let knowsReferrers = true

  return {
    title: `${client.host}/${repository}`,
    place: { origin: client.origin, repository },
    tags: () => tagsOf(client, repository),
    resolve: tag => resolveTag(client, repository, tag, scopes),
    manifest: reference => readManifest(client, repository, reference),
    blob: blob => resumingBlob(client, repository, blob),
    async referrers(subject) {
      if (knowsReferrers) {
        const found = await listed(subject)
        if (found) return found
        knowsReferrers = false
      }
      return tagged(subject)
    },
  }
}

export async function tagsOf(client: RegistryClient, repository: string): Promise<readonly string[]> {
  const tags = new Set<string>()
  const path = `/v2/${repository}/tags/list`
  for await (const page of pagesOf(client, path, [`repository:${repository}:pull`], 'tags')) {
    // What is no tag would be another path at the target.
    for (const tag of page) if (asTag(tag) !== undefined) tags.add(tag)
  }
  return [...tags]
}

export async function resolveTag(
  client: RegistryClient,
  repository: string,
  tag: string,
  scopes: readonly string[],
): Promise<Digest | undefined> {
  const path = `/v2/${repository}/manifests/${tag}`
  const answer = await client.send({ method: 'HEAD', path, headers: { accept }, scopes, ok: [200, 404] })
  await answer.drop().catch(() => {})
  if (answer.status === 404) return undefined
  const digest = asDigest(headerOf(answer, 'docker-content-digest') ?? '')
  if (digest) return digest
  // The header may be left out.
  const manifest = await readManifest(client, repository, tag)
  return manifest && digestLike(undefined, manifest.content)
}
