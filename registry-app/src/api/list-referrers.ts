import { parseDigest } from '../registry/digest.ts'
import { mediaTypes } from '../registry/media-types.ts'
import type { Referrer } from '../registry/referrers.ts'
import type { Context } from './context.ts'
import { nextPage } from './paging.ts'
import { json, type Reply } from './reply.ts'

/** A page is a manifest to the client, and need not be taken beyond 4 MiB: this leaves room for what is around the entries. */
const pageSize = 4_000_000

/** end-12a and end-12b: `GET /v2/<name>/referrers/<digest>` (OCI distribution specification, "Listing Referrers"). Never a 404. */
export async function listReferrers(context: Context): Promise<Reply> {
  const { registry, request, params, signal } = context
  const subject = parseDigest(params.digest)
  const artifactType = request.query.get('artifactType')
  const last = request.query.get('last') ?? ''

  const all = await registry.referrers.list(params.name, subject, { signal })
  const wanted = all.filter(entry => entry.digest > last && (artifactType === null || entry.artifactType === artifactType))
  const page = fitting(wanted)
  const end = page.at(-1)
  const more = end !== undefined && page.length < wanted.length
  const filter = artifactType === null ? {} : { artifactType }
  return json(
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: page },
    {
      'content-type': mediaTypes.ociIndex,
      'oci-filters-applied': artifactType === null ? undefined : 'artifactType',
      ...(more ? nextPage(context, `/v2/${params.name}/referrers/${subject}`, { ...filter, last: end.digest }) : {}),
    },
  )
}

/** As many entries as a page may hold, and at least one. */
function fitting(entries: readonly Referrer[]): readonly Referrer[] {
  let size = 0
  const end = entries.findIndex((entry, index) => {
    size += Buffer.byteLength(JSON.stringify(entry)) + 1
    return index > 0 && size > pageSize
  })
  return end === -1 ? entries : entries.slice(0, end)
}
