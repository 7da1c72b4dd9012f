import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, expect, it } from 'vitest'
import { abortMultipartUpload } from '../../../registry-app/src/s3/abort-multipart-upload.ts'
import type { Dialect, S3Bucket } from '../../../registry-app/src/s3/bucket.ts'
import { completeMultipartUpload } from '../../../registry-app/src/s3/complete-multipart-upload.ts'
import { copyObject } from '../../../registry-app/src/s3/copy-object.ts'
import { createMultipartUpload } from '../../../registry-app/src/s3/create-multipart-upload.ts'
import { deleteObject } from '../../../registry-app/src/s3/delete-object.ts'
import { deleteObjects } from '../../../registry-app/src/s3/delete-objects.ts'
import { type ByteRange, getObject } from '../../../registry-app/src/s3/get-object.ts'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { listMultipartUploads } from '../../../registry-app/src/s3/list-multipart-uploads.ts'
import { listObjects } from '../../../registry-app/src/s3/list-objects.ts'
import { presign } from '../../../registry-app/src/s3/presign.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { putObjectIfAbsent } from '../../../registry-app/src/s3/put-object-if-absent.ts'
import { uploadPart } from '../../../registry-app/src/s3/upload-part.ts'
import { uploadPartCopy } from '../../../registry-app/src/s3/upload-part-copy.ts'
import { oldStore } from '../../fault-proxy/old-store.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startVersity, versity } from '../support/versity.ts'
import { faultProxy } from './support/fault-proxy.ts'
import { openClient } from './support/open-client.ts'

const MiB = 1024 * 1024

/** Every operation, on a store that is real. */
function everyOperation(open: () => Promise<S3Bucket>, expected: Dialect) {
  let bucket: S3Bucket
  beforeAll(async () => {
    bucket = await open()
  })

  const read = async (key: string, range?: ByteRange) => {
    const object = await getObject(bucket, key, { range })
    return object && Buffer.concat(await Array.fromAsync(object.body, piece => Buffer.from(piece)))
  }
  const keysBelow = async (prefix: string, options: Parameters<typeof listObjects>[2] = {}) => {
    const pages = await Array.fromAsync(listObjects(bucket, prefix, options))
    return pages.flatMap(({ objects, prefixes }) => [...objects.map(({ key }) => key), ...prefixes])
  }

  it('puts, heads, gets and deletes an object, whatever its key', async () => {
    const content = randomBytes(100_000)
    for (const key of ['plain/key', 'a key/with +&=?#%/é鍵']) {
      expect(await headObject(bucket, key)).toBeUndefined()
      await putObject(bucket, key, [content.subarray(0, 70_000), content.subarray(70_000)])
      expect(await headObject(bucket, key)).toMatchObject({ size: 100_000, modified: expect.any(Date), etag: expect.any(String) })
      expect((await read(key))?.equals(content)).toBe(true)
      await deleteObject(bucket, key)
      expect(await read(key)).toBeUndefined()
      await deleteObject(bucket, key)
    }
  })

  it('stores an object of no bytes', async () => {
    await putObject(bucket, 'empty', [])
    expect(await read('empty')).toEqual(Buffer.alloc(0))
    expect(await read('empty', { first: 0 })).toEqual(Buffer.alloc(0))
  })

  it('gets ranges', async () => {
    await putObject(bucket, 'alphabet', [Buffer.from('abcdefghij')])
    const parts = [{ first: 2, last: 4 }, { first: 7 }, { first: 7, last: 99 }, { first: 10 }]
    const texts = await Promise.all(parts.map(async range => String(await read('alphabet', range))))
    expect(texts).toEqual(['cde', 'hij', 'hij', ''])
    expect((await getObject(bucket, 'alphabet', { range: { first: 10 } }))?.size).toBe(10)
  })

  it('signs the digest of a body', async () => {
    const content = randomBytes(200_000)
    const contentSha256 = createHash('sha256').update(content).digest('hex')
    await putObject(bucket, 'digest', [content], { contentSha256 })
    expect((await read('digest'))?.equals(content)).toBe(true)
  })

  it('puts an object only where none is', async () => {
    expect(await putObjectIfAbsent(bucket, 'lock', [Buffer.from('mine')])).toBe(true)
    expect(await putObjectIfAbsent(bucket, 'lock', [Buffer.from('yours')])).toBe(false)
    expect(String(await read('lock'))).toBe('mine')
  })

  it('lists in pages, folded at / and at /_', async () => {
    const keys = ['r/a/_m/1', 'r/a/b/_m/1', 'r/c/_m/1', 'r/d e+f', 'r/top']
    for (const key of keys) await putObject(bucket, key, [Buffer.from('x')])
    expect((await keysBelow('r/')).sort()).toEqual(keys)
    expect(await keysBelow('r/', { pageSize: 2 })).toEqual(keys)
    expect(await keysBelow('r/', { startAfter: 'r/c/_m/1' })).toEqual(['r/d e+f', 'r/top'])
    expect((await keysBelow('r/', { delimiter: '/' })).sort()).toEqual(['r/a/', 'r/c/', 'r/d e+f', 'r/top'])
    expect((await keysBelow('r/', { delimiter: '/_' })).sort()).toEqual(['r/a/_', 'r/a/b/_', 'r/c/_', 'r/d e+f', 'r/top'])
    expect(await keysBelow('none/')).toEqual([])
  })

  it('copies', async () => {
    await putObject(bucket, 'from +é', [Buffer.from('content')])
    await copyObject(bucket, 'from +é', 'to')
    expect(String(await read('to'))).toBe('content')
    await expect(copyObject(bucket, 'nowhere', 'to')).rejects.toMatchObject({ code: 'NoSuchKey' })
  })

  it('uploads in parts, some of them copied', async () => {
    const [one, two] = [randomBytes(5 * MiB), randomBytes(6 * MiB)]
    await putObject(bucket, 'source', [one])
    const uploadId = await createMultipartUpload(bucket, 'large')
    const parts = [
      await uploadPartCopy(bucket, 'large', { uploadId, partNumber: 1, source: 'source' }),
      await uploadPart(bucket, 'large', { uploadId, partNumber: 2, content: [two.subarray(0, MiB), two.subarray(MiB)] }),
      await uploadPartCopy(bucket, 'large', { uploadId, partNumber: 3, source: 'source', range: { first: 10, last: 19 } }),
    ]
    const whole = Buffer.concat([one, two, one.subarray(10, 20)])
    expect(await headObject(bucket, 'large')).toBeUndefined()
    await completeMultipartUpload(bucket, 'large', { uploadId, parts, size: whole.length })
    expect((await read('large'))?.equals(whole)).toBe(true)
    const unknown = completeMultipartUpload(bucket, 'never', { uploadId: 'none', parts, size: whole.length })
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'NoSuchUpload' })
  })

  it('finds an upload that was left, and aborts it', async () => {
    const uploadId = await createMultipartUpload(bucket, 'left')
    const pending = async () => (await Array.fromAsync(listMultipartUploads(bucket, { prefix: 'left' }))).flat()
    expect(await pending()).toMatchObject([{ key: 'left', uploadId, initiated: expect.any(Date) }])
    await abortMultipartUpload(bucket, 'left', uploadId)
    await abortMultipartUpload(bucket, 'left', uploadId)
    expect(await pending()).toEqual([])
  })

  it('deletes many at once', async () => {
    const keys = ['many/1', 'many/2 <&>', 'many/é']
    for (const key of keys) await putObject(bucket, key, [])
    await deleteObjects(bucket, [...keys, 'many/none'])
    expect(await keysBelow('many/')).toEqual([])
  })

  it('presigns URLs that work, and only for what they say', async () => {
    await putObject(bucket, 'shared +é', [Buffer.from('for you')])
    const url = await presign(bucket, 'GET', 'shared +é', 60)
    expect(await (await fetch(url)).text()).toBe('for you')
    expect((await fetch(url, { method: 'HEAD' })).ok).toBe(false)
    expect((await fetch(await presign(bucket, 'HEAD', 'shared +é', 60), { method: 'HEAD' })).status).toBe(200)
    url.pathname = url.pathname.replace('shared', 'secret')
    expect((await fetch(url)).status).toBe(403)
  })

  it('has learned what the store understands', () => {
    expect(bucket.dialect).toEqual(expected)
  })
}

const current: Dialect = { list: 2, deleteMany: true }

for (const signing of ['v2', 'v4', 'auto'] as const) {
  suite(`MinIO, signing ${signing}`, [minio], () => {
    everyOperation(async () => {
      const store = await startMinio()
      await store.createBucket('images')
      return openClient(store, store.endpoint, { signing })
    }, current)
  })
}

suite('MinIO, told the MD5 of all that is uploaded', [minio], () => {
  let store: S3Server
  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
  })

  everyOperation(() => openClient(store, store.endpoint, { contentMd5: true }), current)

  it.each(['v2', 'v4'] as const)('checks the bytes by it, signed by %s', async signing => {
    const bucket = await openClient(store, store.endpoint, { contentMd5: true, signing })
    const content = [randomBytes(3 * MiB), randomBytes(10)]
    await putObject(bucket, `checked/${signing}`, content)
    expect(await headObject(bucket, `checked/${signing}`)).toMatchObject({ size: 3 * MiB + 10 })
    const other = createHash('md5').update('other bytes').digest('base64')
    const astray = { operation: 'PutObject', method: 'PUT', key: 'astray', body: content, headers: { 'content-md5': other } } as const
    const unchecked = await openClient(store, store.endpoint, { signing })
    await expect(unchecked.send(astray)).rejects.toMatchObject({ code: 'BadDigest', unavailable: false })
  })
})

for (const [name, encryption] of [
  ['SSE-S3', 'AES256'],
  ['SSE-KMS', { kmsKeyId: 'images' }],
] as const) {
  suite(`MinIO with a key management service, asked for ${name}`, [minio], () => {
    let store: S3Server
    const open = () => openClient(store, store.endpoint, { encryption })
    beforeAll(async () => {
      store = await startMinio({ kmsKey: 'images' })
      await store.createBucket('images')
    })

    everyOperation(open, current)

    it('encrypts what is put, what is sent in parts and what is copied', async () => {
      const bucket = await open()
      await putObject(bucket, 'put', [randomBytes(10)])
      await copyObject(bucket, 'put', 'copied')
      const uploadId = await createMultipartUpload(bucket, 'in parts')
      const part = await uploadPart(bucket, 'in parts', { uploadId, partNumber: 1, content: [randomBytes(10)] })
      await completeMultipartUpload(bucket, 'in parts', { uploadId, parts: [part], size: 10 })
      for (const key of ['put', 'copied', 'in parts']) {
        const { headers } = await fetch(await presign(bucket, 'HEAD', key, 60), { method: 'HEAD' })
        const how = headers.get('x-amz-server-side-encryption')
        const by = headers.get('x-amz-server-side-encryption-aws-kms-key-id')
        expect({ key, how, by }).toEqual(
          encryption === 'AES256' ? { key, how: 'AES256', by: null } : { key, how: 'aws:kms', by: expect.stringMatching(/images$/) },
        )
      }
    })
  })
}

suite('MinIO in a region of its own', [minio], () => {
  it('is told apart from another, in words', async () => {
    const store = await startMinio({ region: 'east-1', strictRegion: true })
    await store.createBucket('images')
    expect(await headObject(await openClient(store, store.endpoint), 'none')).toBeUndefined()
    const astray = await openClient({ ...store, region: 'east-2' }, store.endpoint)
    await expect(getObject(astray, 'none')).rejects.toThrow('the bucket is in the region east-1, and the configuration says east-2')
  })
})

suite('Versity’s gateway, signing auto', [versity], () => {
  everyOperation(async () => {
    const store = await startVersity()
    await store.createBucket('images')
    return openClient(store, store.endpoint, { signing: 'auto' })
  }, current)
})

suite('a store that knows only version 2, and no newer call', [minio], () => {
  everyOperation(
    async () => {
      const store = await startMinio()
      await store.createBucket('images')
      const proxy = await faultProxy({
        to: store.endpoint,
        plan: oldStore({ listObjectsV2: 'taken for version 1', deleteObjects: 'refused' }),
      })
      return openClient(store, proxy.endpoint, { signing: 'auto' })
    },
    { list: 1, deleteMany: false },
  )
})
