import type { Faults } from './faults.ts'
import type { Answer } from './objects.ts'

/** ListObjects in both versions, with pages, folding and a beginning. */
export function listing(stored: ReadonlyMap<string, Buffer>, { listsByVersion1, staleLists, folds }: Faults) {
  let seen: ReadonlySet<string> = new Set()

  return (query: URLSearchParams): Answer => {
    const version = query.get('list-type') === '2' && !listsByVersion1 ? 2 : 1
    const prefix = query.get('prefix') ?? ''
    const delimiter = folds === 'never' ? null : query.get('delimiter')
    const from = version === 1 ? query.get('marker') : (query.get('continuation-token') ?? query.get('start-after'))
    const visible = [...stored.keys()].filter(key => !staleLists || seen.has(key))
    seen = new Set(stored.keys())

    const names = new Map<string, boolean>()
    for (const key of visible.filter(each => each.startsWith(prefix)).sort()) {
      const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1
      if (end < 0) names.set(key, false)
      else names.set(key.slice(0, end + (delimiter?.length ?? 0)), true)
    }
    const again = (name: string, folded: boolean) => folds === 'for ever' && folded && name === from
    const later = [...names].filter(([name, folded]) => name > (from ?? '') || again(name, folded))
    const page = later.slice(0, Number(query.get('max-keys') ?? 1000))
    const more = later.length > page.length
    const last = page.at(-1)?.[0] ?? ''
    const rows = page.map(([name, folded]) =>
      folded ? `<CommonPrefixes><Prefix>${name}</Prefix></CommonPrefixes>` : `<Contents><Key>${name}</Key><Size>1</Size></Contents>`,
    )
    const next = !more
      ? ''
      : version === 2
        ? `<NextContinuationToken>${last}</NextContinuationToken>`
        : delimiter
          ? `<NextMarker>${last}</NextMarker>`
          : ''
    const head = version === 2 ? `<KeyCount>${page.length}</KeyCount>` : '<Marker/>'
    return { status: 200, body: `<ListBucketResult>${head}<IsTruncated>${more}</IsTruncated>${next}${rows.join('')}</ListBucketResult>` }
  }
}
