import type { ByteRange, CallOptions, StorageDriver, StoredObject } from '../storage/driver.ts'
import type { Tally } from '../storage/tally.ts'
import type { Reliances } from './condemned/reliance.ts'
import { layerThing } from './condemned/things.ts'
import { type Digest, isCanonical } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { KnownBlobs } from './known-blobs.ts'
import type { LayerLinks } from './layer-links.ts'
import { readLink, writeLink } from './links.ts'
import type { Name } from './name.ts'
import { aliasPath, blobDataPath, layerLinkPath } from './paths.ts'
import type { Quarantine } from './quarantine.ts'
import type { Quotas } from './quotas.ts'
import { verifiedBody } from './verified-body.ts'

/** Layers and configs, as one repository sees them: it serves a blob if a link of its own says so, never because the bucket holds it. */
export interface Blobs {
  stat(name: Name, digest: Digest, options?: CallOptions): Promise<{ size: number } | undefined>
  /** The same, to a client that will not send it because of the answer: it stays until he can have referred to it. */
  offer(name: Name, digest: Digest, options?: CallOptions): Promise<{ size: number } | undefined>
  open(name: Name, digest: Digest, options?: CallOptions & { range?: ByteRange | undefined }): Promise<StoredObject | undefined>
  /** Its size, by heart where this process knows it, and else as the storage says it. */
  sizeOf(name: Name, digest: Digest, options?: CallOptions): Promise<number | undefined>
  /** What a manifest that was served or pushed a while ago says of its size, in bytes. */
  expectedSize(name: Name, digest: Digest): number | undefined
  /**
   * Where the client can fetch it itself, if clients are sent to the store. Whether the data is there is then found out by the client.
   *
   * @returns `unknown` where the repository has no such blob
   */
  locate(name: Name, digest: Digest, options?: CallOptions): Promise<URL | 'unknown' | undefined>
  /** Lets the repository serve data that is stored under `canonical`. Durable when it returns. */
  link(name: Name, canonical: Digest, pushedAs: Digest, options?: CallOptions): Promise<void>
  /** @returns whether there was anything to take away */
  unlink(name: Name, digest: Digest, options?: CallOptions): Promise<boolean>
  /** Lets `to` serve what `from` serves, or, without `from`, what any repository might. @returns `undefined` if there is no such thing */
  mount(to: Name, digest: Digest, from: Name | undefined, options?: CallOptions): Promise<{ size: number } | undefined>
  /** Whether the data is there, and not known to be damaged, whoever may see it; believed for a while once it was seen. */
  isStored(asked: Digest, canonical: Digest, options?: CallOptions): Promise<boolean>
}

export interface BlobsOptions {
  driver: StorageDriver
  known: KnownBlobs
  links: LayerLinks
  reliances: Reliances
  /** What is damaged counts as absent. */
  quarantine: Quarantine
  quotas: Quotas
  /** Every blob is hashed again while it is served whole (`storage.verify`); else only one of which nobody here knows the size. */
  verify: boolean
  /** How long a URL of the store's is good for, in seconds (`storage.redirect.expires`). */
  urlsExpireIn: number
  /** Told whether it was remembered that a blob is stored. */
  tally?: Tally | undefined
}

export function blobs({ driver, known, links, reliances, quarantine, quotas, verify, urlsExpireIn, tally }: BlobsOptions): Blobs {
  /** Without a repository's link to ask, the digest itself says where its data lies, or an alias does. */
  const anywhere = async (digest: Digest, options?: CallOptions) =>
    isCanonical(digest) ? digest : readLink(driver, aliasPath(digest), options)

  async function look(digest: Digest, canonical: Digest, options?: CallOptions) {
    const seen = known.moment()
    const found = await driver.stat(blobDataPath(canonical), options)
    if (!found || quarantine.holds(found, digest, canonical)) return undefined
    known.rememberStored(canonical, seen)
    return found
  }

  /** A URL of the store's leads to whatever lies there. */
  async function refuseDamaged(digest: Digest, canonical: Digest, options?: CallOptions) {
    if (!quarantine.suspects(digest, canonical)) return
    const found = await driver.stat(blobDataPath(canonical), options)
    if (found && quarantine.holds(found, digest, canonical)) throw damaged(digest)
  }

  /** What is damaged counts as absent: whoever pushes it mends it. */
  async function lookAtWhole(digest: Digest, canonical: Digest, options?: CallOptions) {
    const found = await look(digest, canonical, options)
    return found && found.size === (known.provenSize(digest) ?? found.size) ? found : undefined
  }

  const service: Blobs = {
    async stat(name, digest, options) {
      const canonical = await links.find(name, digest, options)
      return canonical && lookAtWhole(digest, canonical, options)
    },

    async offer(name, digest, options) {
      const reliance = reliances.begin(options)
      const canonical = await links.find(name, digest, options)
      if (!canonical) return undefined
      const thing = layerThing(name, digest, canonical)
      const condemned = await reliance.claim([thing])
      if (condemned.size > 0 && !(await reliance.isThere(thing))) return undefined
      const found = await lookAtWhole(digest, canonical, options)
      return (await reliance.holds()) ? found : undefined
    },

    async open(name, digest, options) {
      const canonical = await links.find(name, digest, options)
      const object = canonical && (await driver.get(blobDataPath(canonical), options))
      if (!object) return undefined
      if (quarantine.suspects(digest, canonical) && quarantine.holds(object, digest, canonical)) {
        await object.close()
        throw damaged(digest)
      }
      const place = blobDataPath(canonical)
      const proven = known.provenSize(digest)
      const told = links.expectedSize(name, digest)
      // Where a manifest says another size than there is, all the bytes tell which is wrong; some of them cannot.
      const size = options?.range ? (proven ?? told) : proven
      if (size !== undefined && size !== object.size) {
        await object.close()
        throw new Error(`${place} has ${object.size} bytes, not ${size}: it is damaged`)
      }
      if (options?.range || (!verify && object.size === (proven ?? told))) return object
      return { ...object, body: verifiedBody(object, digest, place, () => known.rememberSize(digest, object.size)) }
    },

    async sizeOf(name, digest, options) {
      return known.provenSize(digest) ?? links.expectedSize(name, digest) ?? (await service.stat(name, digest, options))?.size
    },

    expectedSize: (name, digest) => links.expectedSize(name, digest),

    async locate(name, digest, options) {
      if (!driver.urlFor) return undefined
      const canonical = await links.find(name, digest, options)
      if (!canonical) return 'unknown'
      await refuseDamaged(digest, canonical, options)
      return driver.urlFor(blobDataPath(canonical), { method: 'GET', expiresIn: urlsExpireIn })
    },

    async link(name, canonical, pushedAs, options) {
      await links.add(name, canonical, canonical, options)
      if (pushedAs === canonical) return
      await writeLink(driver, aliasPath(pushedAs), canonical, options)
      await links.add(name, pushedAs, canonical, options)
    },

    // Only the name that was asked for: the same bytes may have been pushed under the other one too.
    async unlink(name, digest, options) {
      const removed = await links.remove(name, digest, options)
      if (removed) await links.tellRemoved(name, options)
      return removed
    },

    async mount(to, digest, from, options) {
      const reliance = reliances.begin(options)
      const canonical = from === undefined ? await anywhere(digest, options) : await links.read(from, digest, options)
      if (!canonical) return undefined
      const condemned = await reliance.claim([layerThing(to, digest, canonical)])
      if (from !== undefined && condemned.size > 0 && !(await driver.stat(layerLinkPath(from, digest), options))) return undefined
      const found = await look(digest, canonical, options)
      if (!found) return undefined
      await quotas.admit(to, found.size, { digest: canonical, from }, options)
      await service.link(to, canonical, digest, options)
      if (!(await reliance.holds())) return undefined
      quotas.stored(to, canonical, found.size, from)
      return { size: found.size }
    },

    async isStored(asked, canonical, options) {
      if (known.stored(canonical) && !quarantine.suspects(asked, canonical)) {
        tally?.hit()
        return true
      }
      tally?.miss()
      return (await look(asked, canonical, options)) !== undefined
    },
  }
  return service
}

const damaged = (digest: Digest) =>
  new RegistryError('BLOB_UNKNOWN', { digest, reason: 'its bytes are damaged in the storage; pushing it again mends it' })
