import { answerElement } from '../../s3/answer-element.ts'
import type { Query, S3Call } from '../../s3/bucket.ts'
import { decoderOf } from '../../s3/listed-names.ts'
import { childrenOf, textOf } from '../../s3/xml.ts'
import type { Patient } from '../patient.ts'

export interface Page {
  readonly keys: readonly string[]
  readonly prefixes: readonly string[]
  /** The parameters of the page after it. */
  readonly next: Query | undefined
  /** It has what only answers of version 2 have. */
  readonly second: boolean
}

/** One page of one version. The registry's own client would take the other one where this one is not known. */
async function listPage(patient: Patient, version: 1 | 2, query: Query): Promise<Page> {
  const bucket = await patient.bucket()
  const call: S3Call = {
    operation: version === 2 ? 'ListObjectsV2' : 'ListObjects',
    method: 'GET',
    query: { 'encoding-type': 'url', ...(version === 2 ? { 'list-type': '2' } : {}), ...query },
    signal: patient.signal,
  }
  const list = answerElement(bucket, call, await bucket.send(call))
  const decode = decoderOf(list)
  const keys = childrenOf(list, 'Contents').map(each => decode(textOf(each, 'Key') ?? ''))
  const prefixes = childrenOf(list, 'CommonPrefixes').map(each => decode(textOf(each, 'Prefix') ?? ''))
  const token = textOf(list, 'NextContinuationToken')
  const marker = decode(textOf(list, 'NextMarker') ?? '') || [keys.at(-1) ?? '', prefixes.at(-1) ?? ''].sort().at(-1)
  const more = textOf(list, 'IsTruncated') === 'true'
  // A store that answers in version 1 gives no token: there is nothing to go on by.
  const next = version === 1 ? { marker } : token === undefined ? undefined : { 'continuation-token': token }
  return { keys, prefixes, next: more ? next : undefined, second: textOf(list, 'KeyCount') !== undefined || token !== undefined }
}

/** A store that gives the same page for ever. */
export class EndlessList extends Error {
  override readonly name = 'EndlessList'
}

/** Every page. @throws EndlessList */
export async function listAll(patient: Patient, version: 1 | 2, query: Query): Promise<Omit<Page, 'next'>> {
  const [keys, prefixes]: [string[], string[]] = [[], []]
  let second = false
  let place: Query | undefined = {}
  for (let pages = 0; place !== undefined; pages += 1) {
    if (pages > 30) throw new EndlessList('the list has no end')
    const page: Page = await listPage(patient, version, { ...query, ...place })
    keys.push(...page.keys)
    prefixes.push(...page.prefixes)
    second ||= page.second
    place = page.next
  }
  return { keys, prefixes, second }
}
