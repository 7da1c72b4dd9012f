import { answerElement } from './answer-element.ts'
import type { CallOptions, Query, S3Bucket, S3Call } from './bucket.ts'
import { decoderOf } from './listed-names.ts'
import { childrenOf, textOf, type XmlElement } from './xml.ts'

export interface ListOptions extends CallOptions {
  delimiter?: string | undefined
  /** Only keys, and folded prefixes, after this one. It need not exist. */
  startAfter?: string | undefined
  /** How many a page may hold. @default the store's most: 1,000 */
  pageSize?: number | undefined
}

export interface ObjectPage {
  objects: readonly ListedObject[]
  /** Folded at the delimiter, which they end with. */
  prefixes: readonly string[]
  /** Whether another page follows. */
  truncated: boolean
}

export interface ListedObject {
  key: string
  size: number
  modified: Date
}

/**
 * The objects whose keys begin with `prefix`, in byte order, a page at a time: by ListObjectsV2, or by its forerunner where the store knows no other.
 */
export async function* listObjects(bucket: S3Bucket, prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectPage> {
  const { delimiter, startAfter, pageSize, signal } = options
  const common = { prefix: prefix || undefined, delimiter, 'max-keys': pageSize?.toString(), 'encoding-type': 'url' }
  let place: Query = {}

  for (;;) {
    const version = bucket.dialect.list ?? 2
    const from = version === 2 ? { 'list-type': '2', 'start-after': startAfter } : { marker: startAfter }
    const call: S3Call = {
      operation: version === 2 ? 'ListObjectsV2' : 'ListObjects',
      method: 'GET',
      query: { ...common, ...from, ...place },
      expects: (status, code) => bucket.dialect.list === undefined && isUnknown(status, code),
      signal,
    }
    const answer = await bucket.send(call)
    if (answer.status >= 300) {
      bucket.dialect.list = 1
      continue
    }

    const list = answerElement(bucket, call, answer)
    if (bucket.dialect.list === undefined) {
      bucket.dialect.list = isFirstVersion(list) ? 1 : 2
      // It did not know `start-after` either.
      if (bucket.dialect.list === 1 && startAfter) continue
    }

    const page = pageOf(list)
    yield page

    const next = page.truncated ? nextPlace(list, page, version) : undefined
    if (!next) return
    if (Object.entries(next).every(([name, value]) => place[name] === value))
      throw bucket.error(call, answer, 'the store gives the same page again')
    place = next
  }
}

function pageOf(list: XmlElement): ObjectPage {
  const decode = decoderOf(list)
  const objects = childrenOf(list, 'Contents').map(object => ({
    key: decode(textOf(object, 'Key') ?? ''),
    size: Number(textOf(object, 'Size')),
    modified: new Date(textOf(object, 'LastModified') ?? 0),
  }))
  const prefixes = childrenOf(list, 'CommonPrefixes').map(each => decode(textOf(each, 'Prefix') ?? ''))
  return { objects, prefixes, truncated: textOf(list, 'IsTruncated') === 'true' }
}

/**
 * Behind a folded prefix it goes on behind all that is folded in it: MinIO counts the keys there, would give the name again, and with more of them
 * than a page holds never get past it. Version 1 names where to go on only with a delimiter, and not on every store: then it is after the last key.
 */
function nextPlace(list: XmlElement, { objects, prefixes }: ObjectPage, version: 1 | 2): Query {
  const [key = '', prefix = ''] = [objects.at(-1)?.key, prefixes.at(-1)]
  if (prefix > key) return { [version === 2 ? 'start-after' : 'marker']: lastBelow(prefix) }
  const token = textOf(list, 'NextContinuationToken')
  if (token) return { 'continuation-token': token }
  const marker = textOf(list, 'NextMarker')
  return { marker: marker ? decoderOf(list)(marker) : key }
}

/** No key that begins with the prefix comes after this, and none that does not comes between. */
const lastBelow = (prefix: string) => `${prefix}\u{10ffff}`

/** What an old store makes of `list-type=2`: it does not know the parameter, and answers as ever. */
const isFirstVersion = (list: XmlElement) => textOf(list, 'KeyCount') === undefined && textOf(list, 'Marker') !== undefined

/** Or it refuses a parameter that it does not know. */
function isUnknown(status: number, code: string | undefined): boolean {
  return (
    status === 501 ||
    status === 405 ||
    (status === 400 && code !== undefined && ['InvalidArgument', 'InvalidRequest', 'NotImplemented'].includes(code))
  )
}
