import { mediaTypes } from '../../registry-app/src/registry/media-types.ts'

/** Of the OCI, as everything here is written: https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md */
export const oci = {
  index: mediaTypes.ociIndex,
  manifest: mediaTypes.ociManifest,
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** Of what has no configuration: the document `{}` (manifest.md, "Guidance for an Empty Descriptor"). */
  empty: 'application/vnd.oci.empty.v1+json',
} as const

/** Of a bill of materials: https://www.iana.org/assignments/media-types/application/vnd.cyclonedx+json */
export const cycloneDx = 'application/vnd.cyclonedx+json'

/** Docker's older names for the same bytes. */
const docker: Readonly<Record<string, string>> = {
  [mediaTypes.dockerList]: oci.index,
  [mediaTypes.dockerManifest]: oci.manifest,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': oci.layer,
  'application/vnd.docker.image.rootfs.diff.tar': 'application/vnd.oci.image.layer.v1.tar',
}

/** Its name in the OCI's words; what has none stays. */
export const inOci = (mediaType: string): string => docker[mediaType] ?? mediaType
