import type { ProviderPreset } from './provider-preset.ts'

export const garage: ProviderPreset = {
  name: 'garage',
  title: 'Garage',
  // What its quick start sets as s3_region; a server may have another one, and then accepts no other.
  regions: ['garage'],
  // Everything below: https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/
  signing: ['v4'],
  // The bucket in the host's name needs root_domain.
  addressing: ['path', 'virtual'],
  supports: {
    listV1: 'yes',
    listV2: 'yes',
    multiDelete: 'yes',
    copy: 'yes',
    partCopy: 'yes',
    // Its source reads no condition on a put (src/api/s3/put.rs), and so ignores it in silence.
    conditionalPut: 'no',
    presignedUrls: 'yes',
    lifecycle: 'yes',
  },
  // It has no access control lists.
  withoutAcl: true,
  notes: [
    'It ignores the condition of a put in silence: exactly one process may have maintenance switched on.',
    'Lifecycle rules abort unfinished multipart uploads, and expire objects; no more.',
  ],
  documentation: 'https://garagehq.deuxfleurs.fr/documentation/reference-manual/s3-compatibility/',
}
