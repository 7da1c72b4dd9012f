import { asDigest, type Digest } from '../registry/digest.ts'
import { canonicalDigest, digestOf, manifestLimit } from '../registry/manifest-store.ts'
import { manifestTypes } from '../registry/media-types.ts'
import type { Tag } from '../registry/name.ts'
import { readBounded } from './read-bounded.ts'
import type { Place } from './upstream.ts'
import type { UpstreamClient } from './upstream-client.ts'
import { UpstreamError } from './upstream-error.ts'

/** The manifests of one repository, where it comes from. */
export interface ManifestSource {
  /** What a tag names. @returns `undefined` if the upstream does not say that beside the manifest @throws UpstreamError */
  digestOf(tag: Tag): Promise<Digest | undefined>
  /** @throws UpstreamError, `wrong` for one that does not have the digest that it was asked by */
  fetch(reference: Tag | Digest): Promise<{ digest: Digest; content: Buffer }>
}

/** All that this registry keeps; what else there may be, such as Docker's schema 1, is not asked for. */
const accept = [...manifestTypes].join(', ')

/** Milliseconds for all of a manifest, sign-in and redirects with it. */
const patience = 60_000

/**
 * A manifest is known by its digest, and for what it is by its own JSON: no header of the upstream's decides either.
 */
export function manifestSource({ upstream, path }: Place<UpstreamClient>): ManifestSource {
  const ask = (method: 'GET' | 'HEAD', reference: string) =>
    upstream.ask({ method, path, what: `manifests/${reference}`, accept, kind: 'manifest', signal: AbortSignal.timeout(patience) })

  return {
    async digestOf(tag) {
      const answer = await ask('HEAD', tag)
      answer.close()
      const said = answer.headers['docker-content-digest']
      return typeof said === 'string' ? asDigest(said) : undefined
    },

    async fetch(reference) {
      const answer = await ask('GET', reference)
      const content = await readBounded(answer, manifestLimit, `${upstream.label}: the manifest ${path}/${reference}`)
      const asked = asDigest(reference)
      const digest = asked ? digestOf(content, asked) : canonicalDigest(content)
      if (asked && digest !== asked) throw new UpstreamError('wrong', `${upstream.label} gives ${digest} for ${path}@${asked}`)
      return { digest, content }
    },
  }
}
