import type { IncomingMessage } from 'node:http'
import { contentMd5Demand } from '../../../support/content-md5-demand.ts'
import type { Faults } from './faults.ts'
import { listing } from './object-list.ts'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string | Buffer
}

const error = (status: number, code: string, message = ''): Answer => ({
  status,
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
})
const notImplemented = error(501, 'NotImplemented')
const fine: Answer = { status: 200, headers: { etag: '"e"' } }

/** The bucket `images`, asked by path. */
export function objects(faults: Faults, contents: Readonly<Record<string, string>>) {
  const stored = new Map<string, Buffer>(Object.entries(contents).map(([key, text]) => [key, Buffer.from(text)]))
  const begun = new Map<string, { key: string; parts: Map<number, Buffer>; initiated: Date }>()
  if (faults.forgotten !== undefined) {
    begun.set('forgotten', { key: 'docker/forgotten', parts: new Map(), initiated: new Date(Date.now() - faults.forgotten * 3_600_000) })
  }
  const list = listing(stored, faults)

  function answer(request: IncomingMessage, url: URL, body: Buffer): Answer {
    const key = decodeURIComponent(url.pathname).replace(/^\/images\/?/, '')
    const operation = operationOf(request, url, key)
    faults.seen?.(operation, key)
    if (faults.lacks?.includes(operation)) return notImplemented
    if (faults.denies?.includes(operation)) return error(403, 'AccessDenied')
    if (faults.missing) return error(404, 'NoSuchBucket')
    const id = url.searchParams.get('uploadId') ?? ''
    switch (operation) {
      case 'ListBuckets':
        return fine
      case 'ListObjects':
        return list(url.searchParams)
      case 'GetBucketLocation':
        return { status: 200, body: '<LocationConstraint>somewhere-1</LocationConstraint>' }
      case 'GetBucketVersioning':
        return {
          status: 200,
          body: `<VersioningConfiguration>${faults.versioned ? '<Status>Enabled</Status>' : ''}</VersioningConfiguration>`,
        }
      case 'GetBucketLifecycle':
        return faults.lifecycle === undefined ? error(404, 'NoSuchLifecycleConfiguration') : { status: 200, body: faults.lifecycle }
      case 'DeleteObjects':
        for (const [, name = ''] of body.toString().matchAll(/<Key>(.*?)<\/Key>/g)) stored.delete(name)
        return { status: 200, body: '<DeleteResult/>' }
      case 'DeleteObject':
        stored.delete(key)
        return { status: 204 }
      case 'HeadObject':
      case 'GetObject':
        return get(key, request.headers.range)
      case 'CopyObject':
        stored.set(key, sourceOf(request))
        return { status: 200, body: '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>' }
      case 'PutObject':
        if (withoutMd5(request)) return error(400, 'InvalidRequest', contentMd5Demand)
        if (request.headers['x-amz-acl'] && faults.refusesAcl)
          return error(400, 'AccessControlListNotSupported', faults.echoes && request.headers.authorization)
        if (request.headers['if-none-match'] && stored.has(key) && !faults.ignoresConditions) return error(412, 'PreconditionFailed')
        stored.set(key, body)
        return fine
      case 'ListMultipartUploads':
        return { status: 200, body: `<ListMultipartUploadsResult>${uploadList(url)}</ListMultipartUploadsResult>` }
      case 'CreateMultipartUpload':
        begun.set(String(begun.size), { key, parts: new Map(), initiated: new Date() })
        return { status: 200, body: `<R><UploadId>${begun.size - 1}</UploadId></R>` }
      case 'UploadPartCopy':
        begun.get(id)?.parts.set(Number(url.searchParams.get('partNumber')), sourceOf(request))
        return { status: 200, body: '<CopyPartResult><ETag>"e"</ETag></CopyPartResult>' }
      case 'UploadPart':
        if (withoutMd5(request)) return error(400, 'InvalidRequest', contentMd5Demand)
        begun.get(id)?.parts.set(Number(url.searchParams.get('partNumber')), body)
        return fine
      case 'CompleteMultipartUpload':
        return complete(id)
      case 'AbortMultipartUpload':
        begun.delete(id)
        return { status: 204 }
      default:
        return notImplemented
    }
  }

  const withoutMd5 = ({ headers }: IncomingMessage) => faults.demandsMd5 && headers['content-md5'] === undefined

  function get(key: string, range: string | undefined): Answer {
    const bytes = stored.get(key)
    if (!bytes) return error(404, 'NoSuchKey')
    const whole = faults.garbles && bytes.length > 0 ? Buffer.concat([bytes.subarray(0, -1), Buffer.from([0])]) : bytes
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
    const end = last === '' ? whole.length - 1 : Math.min(Number(last), whole.length - 1)
    const part = whole.subarray(Number(first), end + 1)
    const headers = { etag: '"e"', 'last-modified': new Date().toUTCString() }
    if (range === undefined) return { status: 200, headers: { ...headers, 'content-length': whole.length }, body: whole }
    return { status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${end}/${whole.length}` }, body: part }
  }

  function sourceOf({ headers }: IncomingMessage): Buffer {
    const whole = stored.get(decodeURIComponent(String(headers['x-amz-copy-source'])).replace(/^\/?images\//, '')) ?? Buffer.alloc(0)
    const [, first = '0', last = String(whole.length - 1)] = /^bytes=(\d+)-(\d+)$/.exec(String(headers['x-amz-copy-source-range'])) ?? []
    return whole.subarray(Number(first), Number(last) + 1)
  }

  function complete(id: string): Answer {
    const upload = begun.get(id)
    if (!upload) return error(404, 'NoSuchUpload')
    const parts = [...upload.parts].sort(([a], [b]) => a - b).map(([, part]) => part)
    const sizes = new Set(parts.slice(0, -1).map(part => part.length))
    if (faults.equalParts && sizes.size > 1) return error(400, 'InvalidPart')
    stored.set(upload.key, Buffer.concat(parts))
    begun.delete(id)
    return { status: 200, body: '<CompleteMultipartUploadResult><ETag>"e-2"</ETag></CompleteMultipartUploadResult>' }
  }

  function uploadList(url: URL): string {
    const prefix = url.searchParams.get('prefix') ?? ''
    const found = [...begun].filter(([, { key }]) => key.startsWith(prefix))
    const rows = found.map(
      ([id, { key, initiated }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
    )
    return rows.join('')
  }

  return { answer, keys: () => [...stored.keys()], uploads: () => [...begun.keys()].filter(id => id !== 'forgotten').length }
}

function operationOf({ method, headers }: IncomingMessage, { searchParams: query, pathname }: URL, key: string): string {
  if (pathname === '/') return 'ListBuckets'
  const copy = headers['x-amz-copy-source'] !== undefined
  if (key === '') {
    if (method === 'POST') return 'DeleteObjects'
    for (const name of ['Location', 'Versioning', 'Lifecycle']) if (query.has(name.toLowerCase())) return `GetBucket${name}`
    if (query.has('versions')) return 'ListObjectVersions'
    return query.has('uploads') ? 'ListMultipartUploads' : 'ListObjects'
  }
  if (query.has('uploads')) return 'CreateMultipartUpload'
  if (query.has('uploadId')) {
    if (method === 'POST') return 'CompleteMultipartUpload'
    if (method === 'DELETE') return 'AbortMultipartUpload'
    return copy ? 'UploadPartCopy' : 'UploadPart'
  }
  if (method === 'PUT') return copy ? 'CopyObject' : 'PutObject'
  return { GET: 'GetObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' }[method ?? ''] ?? ''
}
