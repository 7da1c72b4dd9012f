import type { Context } from '../context.ts'
import { json, type Reply } from '../reply.ts'

/** `GET /v2/_oci/ext/discover` (OCI distribution specification, `extensions/_oci.md`). */
export async function discoverExtensions(_: Context): Promise<Reply> {
  return json({ extensions })
}

const home = 'https://www.npmjs.com/package/bucket-registry'

const extensions = [
  {
    name: '_oci',
    description: 'lists the extensions of this registry',
    url: 'https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md',
    endpoints: ['_oci/ext/discover'],
  },
  {
    name: '_bucket-registry',
    description: 'what the page of this registry shows beyond the specification: sizes, times, what is shared, storage and health',
    url: home,
    endpoints: [
      '_bucket-registry/ui/repositories',
      '_bucket-registry/ui/storage',
      '_bucket-registry/ui/doctor',
      '_bucket-registry/ui/restore',
      '{name}/_bucket-registry/ui/repository',
      '{name}/_bucket-registry/ui/restore',
      '{name}/_bucket-registry/ui/restore/{reference}',
      '{name}/_bucket-registry/ui/tags',
      '{name}/_bucket-registry/ui/sharing/{digest}',
      '{name}/_bucket-registry/ui/blob/{digest}',
    ],
  },
]
