import type { Digest } from '../../registry-app/src/registry/digest.ts'

/** A manifest or an index, byte for byte. */
export interface RawManifest {
  readonly content: Uint8Array
  readonly mediaType: string
  /** Of the content: it was computed here. */
  readonly digest: Digest
}

export interface BlobInfo {
  readonly digest: Digest
  /** Bytes. */
  readonly size: number
}

/** The images of one repository, a layout or an archive. */
export interface ImageSource {
  /** For messages. */
  readonly title: string
  /** In no order; none, if there is no such repository. */
  tags(): Promise<readonly string[]>
  /** What a tag stands for now; `undefined` if there is none. */
  resolve(tag: string): Promise<Digest | undefined>
  /** @throws Error if its bytes are not those of the digest */
  manifest(reference: string): Promise<RawManifest | undefined>
  /** Its bytes, unchecked. A piece may be overwritten once the next is asked for. @throws if there is no such blob, perhaps with the first piece */
  blob(blob: BlobInfo): AsyncIterable<Uint8Array>
  /** Manifests that have this one as their subject. */
  referrers(subject: Digest): Promise<readonly Digest[]>
  /** Where blobs could be mounted from, on the same registry. */
  readonly place?: Place | undefined
}

/** A repository, by its registry. */
export interface Place {
  readonly origin: string
  readonly repository: string
}

/** Where the images of one repository go. */
export interface ImageTarget {
  readonly title: string
  readonly place?: Place | undefined
  tags(): Promise<readonly string[]>
  resolve(tag: string): Promise<Digest | undefined>
  hasManifest(digest: Digest): Promise<boolean>
  hasBlob(blob: BlobInfo): Promise<boolean>
  /** Takes it from another repository of the same registry. @returns whether it is here now */
  mount(blob: BlobInfo, from: string): Promise<boolean>
  /**
   * @param open gives the bytes, checked: it throws before the last of them if they are wrong. Called again for another attempt
   */
  putBlob(blob: BlobInfo, open: () => AsyncIterable<Uint8Array>): Promise<void>
  /** All that it names has to be there. @param reference a tag or its digest */
  putManifest(reference: string, manifest: RawManifest, about: ManifestPlace): Promise<void>
  /** @throws if the target does not do such a thing */
  deleteTag(tag: string): Promise<void>
}

export interface ManifestPlace {
  /** Another manifest names it, or will. */
  readonly inner: boolean
  readonly subject?: Digest | undefined
}
