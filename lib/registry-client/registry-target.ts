import { addToFallbackTag } from './fallback-tag.ts'
import { RegistryFailure } from './http/failure.ts'
import { persist } from './http/persist.ts'
import { headerOf } from './http/wire.ts'
import type { BlobInfo, ImageTarget } from './ports.ts'
import { accept } from './read-manifest.ts'
import type { RegistryClient } from './registry-client.ts'
import { resolveTag, tagsOf } from './registry-source.ts'

/** A repository of a registry, to be copied to. */
export function registryTarget(client: RegistryClient, repository: string): ImageTarget {
  const scopes = [`repository:${repository}:pull,push`]
  const below = (path: string) => `/v2/${repository}/${path}`

  const has = async (path: string, more: readonly number[] = []): Promise<boolean> => {
    const call = { method: 'HEAD', path: below(path), headers: { accept }, scopes } as const
    const answer = await client.send({ ...call, ok: [200, 404, ...more] })
    await answer.drop().catch(() => {})
    return answer.status !== 404
  }

  /** @returns where the bytes go, unless there was nothing to send */
  async function start(query: string, more: readonly string[]): Promise<URL | undefined> {
    const path = below(`blobs/uploads/${query}`)
    const headers = { 'content-length': '0' }
    const answer = await client.send({ method: 'POST', path, headers, scopes: [...scopes, ...more], ok: [201, 202] })
    await answer.drop().catch(() => {})
    if (answer.status === 201) return undefined
    const location = URL.parse(headerOf(answer, 'location') ?? '', new URL(path, client.origin).href)
    if (!location) throw new RegistryFailure(`${client.host}/${repository}: the registry says nowhere where a blob goes`)
    return location
  }

  /** Nothing waits for it, and the registry forgets it by itself. */
  async function cancel(upload: URL): Promise<void> {
    const answer = await client
      .send({ method: 'DELETE', path: upload, scopes, ok: [200, 202, 204, 404, 405], once: true })
      .catch(() => undefined)
    await answer?.drop().catch(() => {})
  }

  return {
    title: `${client.host}/${repository}`,
    place: { origin: client.origin, repository },
    tags: () => tagsOf(client, repository),
    resolve: tag => resolveTag(client, repository, tag, scopes),
    hasManifest: digest => has(`manifests/${digest}`),
    // Who sends somebody to where it is, has it; and what is signed there is GET, perhaps.
    hasBlob: ({ digest }: BlobInfo) => has(`blobs/${digest}`, [302, 303, 307, 308]),

    async mount({ digest }, from) {
      try {
        const upload = await start(`?${new URLSearchParams({ mount: digest, from })}`, [`repository:${from}:pull`])
        if (upload) await cancel(upload)
        return upload === undefined
      } catch (error) {
        // Some registries do not mount, and some users may not: then it is sent.
        if (error instanceof RegistryFailure && !error.passing) return false
        throw error
      }
    },

    putBlob: (blob, open) =>
      persist(client.persistence, async () => {
        const upload = await start('', [])
        if (!upload) return
        upload.searchParams.set('digest', blob.digest)
        const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) }
        const answer = await client.send({ method: 'PUT', path: upload, headers, body: open(), scopes, ok: [201, 204], once: true })
        await answer.drop().catch(() => {})
      }),

    async putManifest(reference, { content, mediaType, digest }, { subject }) {
      const headers = { 'content-type': mediaType, 'content-length': String(content.length) }
      const answer = await client.send({
        method: 'PUT',
        path: below(`manifests/${reference}`),
        headers,
        body: content,
        scopes,
        ok: [200, 201, 202],
      })
      await answer.drop().catch(() => {})
      const stored = headerOf(answer, 'docker-content-digest')
      if (stored !== undefined && stored !== digest) throw new RegistryFailure(`${client.host}/${repository}: made ${stored} of ${digest}`)
      // Who knows referrers says so (OCI distribution specification, "Pushing Manifests with Subject").
      if (subject && headerOf(answer, 'oci-subject') === undefined) {
        await addToFallbackTag(client, repository, subject, { content, mediaType, digest })
      }
    },

    async deleteTag(tag) {
      const answer = await client.send({
        method: 'DELETE',
        path: below(`manifests/${tag}`),
        scopes: [`repository:${repository}:delete`, `repository:${repository}:pull,push`],
        ok: [200, 202, 404],
      })
      await answer.drop().catch(() => {})
    },
  }
}
