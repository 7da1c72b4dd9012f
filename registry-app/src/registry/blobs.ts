import type { ByteRange, CallOptions, StorageDriver, StoredObject } from '../storage/driver.ts'
import { type Digest, isCanonical } from './digest.ts'
import { readLink, writeLink } from './links.ts'
import type { Name } from './name.ts'
import { aliasPath, blobDataPath, layerLinkPath } from './paths.ts'

/** Layers and configs, as one repository sees them: it serves a blob if a link of its own says so, never because the bucket holds it. */
export interface Blobs {
  stat(name: Name, digest: Digest, options?: CallOptions): Promise<{ size: number } | undefined>
  open(name: Name, digest: Digest, options?: CallOptions & { range?: ByteRange | undefined }): Promise<StoredObject | undefined>
  /** Lets the repository serve data that is stored under `canonical`. Durable when it returns. */
  link(name: Name, canonical: Digest, pushedAs: Digest, options?: CallOptions): Promise<void>
  /** @returns whether there was anything to take away */
  unlink(name: Name, digest: Digest, options?: CallOptions): Promise<boolean>
  /** Lets `to` serve what `from` serves, or, without `from`, what any repository might. @returns whether it could */
  mount(to: Name, digest: Digest, from: Name | undefined, options?: CallOptions): Promise<boolean>
}

export function blobs(driver: StorageDriver): Blobs {
  const canonicalOf = (name: Name, digest: Digest, options?: CallOptions) => readLink(driver, layerLinkPath(name, digest), options)

  /** Without a repository's link to ask, the digest itself says where its data lies, or an alias does. */
  const anywhere = async (digest: Digest, options?: CallOptions) =>
    isCanonical(digest) ? digest : readLink(driver, aliasPath(digest), options)

  const service: Blobs = {
    async stat(name, digest, options) {
      const canonical = await canonicalOf(name, digest, options)
      return canonical && driver.stat(blobDataPath(canonical), options)
    },

    async open(name, digest, options) {
      const canonical = await canonicalOf(name, digest, options)
      return canonical && driver.get(blobDataPath(canonical), options)
    },

    async link(name, canonical, pushedAs, options) {
      await writeLink(driver, layerLinkPath(name, canonical), canonical, options)
      if (pushedAs === canonical) return
      await writeLink(driver, aliasPath(pushedAs), canonical, options)
      await writeLink(driver, layerLinkPath(name, pushedAs), canonical, options)
    },

    async unlink(name, digest, options) {
      if (!(await canonicalOf(name, digest, options))) return false
      // Only the name that was asked for: the same bytes may have been pushed under the other one too.
      await driver.delete([layerLinkPath(name, digest)], options)
      return true
    },

    async mount(to, digest, from, options) {
      const canonical = from === undefined ? await anywhere(digest, options) : await canonicalOf(from, digest, options)
      if (!canonical || !(await driver.stat(blobDataPath(canonical), options))) return false
      await service.link(to, canonical, digest, options)
      return true
    },
  }
  return service
}
