import { mediaTypes } from '../../registry-app/src/registry/media-types.ts'

/** Of the OCI, as everything here is written: https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const oci = {
  index: mediaTypes.ociIndex,
  manifest: mediaTypes.ociManifest,
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const

/** Docker's older names for the same bytes. */
const docker: Readonly<Record<string, string>> = {
  [mediaTypes.dockerList]: oci.index,
  [mediaTypes.dockerManifest]: oci.manifest,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': oci.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
}

/** Its name in the OCI's words; what has none stays. */
export const inOci = (mediaType: string): string => docker[mediaType] ?? mediaType
