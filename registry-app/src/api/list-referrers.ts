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

  const all = registry.referrers.list(params.name, subject, last, { signal })
  const { page, more } = await firstPage(all, entry => artifactType === null || entry.artifactType === artifactType)
  const end = page.at(-1)
  const filter = artifactType === null ? {} : { artifactType }
  return json(
    { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: page },
    {
      'content-type': mediaTypes.ociIndex,
      'oci-filters-applied': artifactType === null ? undefined : 'artifactType',
      ...(more && end ? nextPage(context, `/v2/${params.name}/referrers/${subject}`, { ...filter, last: end.digest }) : {}),
    },
  )
}

/** As many entries as a page may hold, and at least one. Asks for no more of them than it needs. */
async function firstPage(entries: AsyncIterable<Referrer>, isWanted: (entry: Referrer) => boolean) {
  const page: Referrer[] = []
  let size = 0
  for await (const entry of entries) {
    if (!isWanted(entry)) continue
    size += Buffer.byteLength(JSON.stringify(entry)) + 1
    if (page.length > 0 && size > pageSize) return { page, more: true }
    page.push(entry)
  }
  return { page, more: false }
}
