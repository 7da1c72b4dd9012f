import { createHash } from 'node:crypto'
import type { S3Call } from '../../../../../registry-app/src/s3/bucket.ts'

export interface FakeUpload {
  readonly key: string
  readonly parts: Map<number, Buffer>
  initiated: Date
}

export interface FakeReply {
  status: number
  headers: Record<string, string>
  text: string
  content?: Uint8Array
}

/** What a store keeps, and how it answers: the part of S3's rules that uploads and copies have to do with. */
export interface FakeObjects {
  readonly objects: Map<string, Buffer>
  /** By their ids: those that were neither completed nor aborted. */
  readonly uploads: Map<string, FakeUpload>
  reply(call: S3Call): FakeReply
}

export function fakeObjects(): FakeObjects {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, FakeUpload>()
  let count = 0

  const sourceOf = (call: S3Call) => objects.get((call.headers?.['x-amz-copy-source'] ?? '').replace('/images/', ''))
  const uploadOf = ({ query }: S3Call) => uploads.get(query?.uploadId ?? '')

  const part = (call: S3Call, content: Buffer | undefined): FakeReply => {
    const upload = uploadOf(call)
    if (!upload) return refusal(404, 'NoSuchUpload')
    if (!content) return refusal(404, 'NoSuchKey')
    upload.parts.set(Number(call.query?.partNumber), content)
    return ok({ headers: { etag: etagOf(content) }, text: `<CopyPartResult><ETag>${etagOf(content)}</ETag></CopyPartResult>` })
  }

  const complete = (call: S3Call): FakeReply => {
    const upload = uploadOf(call)
    if (!upload) return refusal(404, 'NoSuchUpload')
    const numbers = [
      ...bodyOf(call)
        .toString()
        .matchAll(/<PartNumber>(\d+)</g),
    ].map(([, number]) => Number(number))
    const parts = numbers.map(number => upload.parts.get(number))
    if (parts.includes(undefined) || numbers.some((number, index) => number !== index + 1)) return refusal(400, 'InvalidPart')
    // Cloudflare R2, "Multipart upload limits": all parts but the last are equal.
    if (parts.slice(0, -1).some(each => each?.length !== parts[0]?.length)) return refusal(400, 'InvalidPart')
    objects.set(upload.key, Buffer.concat(parts as Buffer[]))
    uploads.delete(call.query?.uploadId ?? '')
    return ok({ text: '<CompleteMultipartUploadResult/>' })
  }

  const answers: Record<string, (call: S3Call) => FakeReply> = {
    PutObject(call) {
      const { key = '', headers } = call
      if (headers?.['if-none-match'] && objects.has(key)) return refusal(412, 'PreconditionFailed')
      objects.set(key, bodyOf(call))
      return ok()
    },
    CopyObject(call) {
      const source = sourceOf(call)
      if (!source) return refusal(404, 'NoSuchKey')
      objects.set(call.key ?? '', source)
      return ok({ text: '<CopyObjectResult/>' })
    },
    CreateMultipartUpload({ key = '' }) {
      count += 1
      uploads.set(`upload-${count}`, { key, parts: new Map(), initiated: new Date() })
      return ok({ text: `<Result><UploadId>upload-${count}</UploadId></Result>` })
    },
    UploadPart: call => part(call, bodyOf(call)),
    UploadPartCopy(call) {
      const [first = 0, last] = (call.headers?.['x-amz-copy-source-range'] ?? '0-').replace('bytes=', '').split('-').map(Number)
      return part(call, sourceOf(call)?.subarray(first, last ? last + 1 : undefined))
    },
    CompleteMultipartUpload: complete,
    AbortMultipartUpload: ({ query }) => (uploads.delete(query?.uploadId ?? '') ? ok({ status: 204 }) : refusal(404, 'NoSuchUpload')),
    ListMultipartUploads({ query }) {
      const found = [...uploads].filter(([, { key }]) => key.startsWith(query?.prefix ?? ''))
      const list = found.map(
        ([id, { key, initiated }]) =>
          `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${initiated.toISOString()}</Initiated></Upload>`,
      )
      return ok({ text: `<ListMultipartUploadsResult>${list.join('')}</ListMultipartUploadsResult>` })
    },
    GetObject: ({ key = '' }) => found(objects.get(key)),
    HeadObject: ({ key = '' }) => found(objects.get(key)),
    DeleteObject({ key = '' }) {
      objects.delete(key)
      return ok({ status: 204 })
    },
  }

  return { objects, uploads, reply: call => answers[call.operation]?.(call) ?? refusal(501, 'NotImplemented') }
}

const ok = (reply: Partial<FakeReply> = {}): FakeReply => ({ status: 200, headers: {}, text: '', ...reply })

const refusal = (status: number, code: string): FakeReply => ({ status, headers: {}, text: `<Error><Code>${code}</Code></Error>` })

const found = (content: Buffer | undefined): FakeReply =>
  content ? ok({ headers: { 'content-length': String(content.length), etag: etagOf(content) }, content }) : refusal(404, 'NoSuchKey')

/** Copied: what was sent may be overwritten as soon as it has been answered. */
const bodyOf = ({ body = [] }: S3Call) => Buffer.concat(body)

const etagOf = (content: Buffer) => `"${createHash('md5').update(content).digest('hex')}"`
