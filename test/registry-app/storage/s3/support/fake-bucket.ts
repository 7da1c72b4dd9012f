import { answerError } from '../../../../../registry-app/src/s3/answer-error.ts'
import type { S3Answer, S3Bucket, S3Call } from '../../../../../registry-app/src/s3/bucket.ts'
import { endpointOf } from '../../../../../registry-app/src/s3/endpoint.ts'
import { S3Error } from '../../../../../registry-app/src/s3/errors.ts'
import { v4Signer } from '../../../../../registry-app/src/s3/sign-v4.ts'
import { type FakeObjects, type FakeReply, fakeObjects } from './fake-objects.ts'

export interface FakeBucket extends S3Bucket, FakeObjects {
  /** All that was asked, in order. */
  readonly calls: readonly S3Call[]
  /** `CreateMultipartUpload`, `UploadPart` and so on, in the order of asking. */
  operations(): string[]
  /** What happens to a call before the store does it: it may take its time, or throw. May be replaced at any time. */
  before: (call: S3Call) => unknown
}

/** A bucket in this process that is asked as a real one is, without connections, signatures and retries. */
export function fakeBucket(): FakeBucket {
  const calls: S3Call[] = []
  const store = fakeObjects()
  const endpoint = (other = 'http://store.example') => endpointOf({ bucket: 'images', region: 'east-1', endpoint: other })
  const failed = (call: S3Call, reply: FakeReply | S3Answer, reason?: string) =>
    answerError(call, { bucket: 'images', region: 'east-1', now: new Date() }, reply, reason)

  async function ask(call: S3Call): Promise<FakeReply & { code: string | undefined }> {
    calls.push(call)
    call.signal?.throwIfAborted()
    await unlessAborted(Promise.resolve(bucket.before(call)), call.signal).catch(error => {
      // It does what it was asked also for somebody who has gone.
      if (call.signal?.aborted) store.reply(call)
      throw error
    })
    const reply = store.reply(call)
    if (reply.status < 300) return { ...reply, code: undefined }
    const error = failed(call, reply)
    if (!call.expects?.(reply.status, error.code)) throw error
    return { ...reply, code: error.code }
  }

  const bucket: FakeBucket = {
    ...store,
    name: 'images',
    newObject: { 'content-type': 'application/octet-stream' },
    dialect: { list: undefined, deleteMany: true },
    calls,
    operations: () => calls.map(({ operation }) => operation),
    before: () => {},
    send: async call => ({ ...(await ask(call)), repeated: false }),
    async open(call) {
      const { content, ...reply } = await ask(call)
      return { ...reply, repeated: false, body: pieces(content), close: () => {} }
    },
    error: failed,
    identity: async () => ({
      credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'a secret' },
      signer: v4Signer('east-1'),
      date: new Date(),
    }),
    endpoint,
    heardTime: () => ({ earliest: Date.now(), latest: Date.now() + 1000 }),
    close: async () => {},
  }
  return bucket
}

/** As of a store that does not answer. */
export const away = (call: S3Call) =>
  new S3Error('no answer from store.example', { operation: call.operation, bucket: 'images', key: call.key, retry: 'timeout' })

async function* pieces(content: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (content && content.length > 0) yield content
}

function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
