/** Of the OCI, as everything here is written: https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const oci = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const

/** Docker's older names for the same bytes. */
const docker: Readonly<Record<string, string>> = {
  'application/vnd.docker.distribution.manifest.list.v2+json': oci.index,
  'application/vnd.docker.distribution.manifest.v2+json': oci.manifest,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': oci.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
}

/** Every form in which a base may come. */
export const accepted: readonly string[] = [oci.index, oci.manifest, ...Object.keys(docker).slice(0, 2)]

export const inOci = (mediaType: string): string => docker[mediaType] ?? mediaType
