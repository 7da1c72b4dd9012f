/** The manifests that this registry stores, by what they are. */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  /** Read from old buckets, no longer accepted. */
  dockerSchema1: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const

export const manifestTypes: ReadonlySet<string> = new Set([
  mediaTypes.ociManifest,
  mediaTypes.ociIndex,
  mediaTypes.dockerManifest,
  mediaTypes.dockerList,
])

export const indexTypes: ReadonlySet<string> = new Set([mediaTypes.ociIndex, mediaTypes.dockerList])

/** Layers that need not be here: whoever pulls them follows their `urls` (OCI image specification, "Non-Distributable Layers"). */
const nondistributable = /^application\/vnd\.(oci\.image\.layer\.nondistributable\.v1\.tar|docker\.image\.rootfs\.foreign\.diff\.tar)/

export const isNondistributable = (mediaType: string) => nondistributable.test(mediaType)
