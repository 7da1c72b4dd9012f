import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { listObjects } from '../../../registry-app/src/s3/list-objects.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { oldStore, v4Refusals } from '../../fault-proxy/old-store.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { faultProxy } from '../s3/support/fault-proxy.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { startVersity, versity } from '../support/versity.ts'
import { type Doctor, lineOf, runDoctor } from './run-doctor.ts'

const settings = ({ out }: Doctor) => parse(out.slice(out.indexOf('# ') < 0 ? out.indexOf('storage:') : out.indexOf('# '))).storage

async function keysIn(server: S3Server): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const page of listObjects(await bucketOf(server), '')) keys.push(...page.objects.map(({ key }) => key))
  return keys
}

suite('on MinIO', [minio], () => {
  let server: S3Server
  let doctor: Doctor

  beforeAll(async () => {
    server = await startMinio()
    await server.createBucket('images')
    await putObject(await bucketOf(server), 'somebody/elses', [Buffer.from('precious')])
    doctor = await runDoctor(server)
  })

  it('a registry can run', () => {
    expect(doctor).toMatchObject({ code: 0, error: '' })
    expect(doctor.out).toContain('A registry can use this bucket.')
    expect(settings(doctor).s3).toMatchObject({
      bucket: 'images',
      region: 'us-east-1',
      forcepathstyle: true,
      signingversion: 'v4',
      secure: false,
    })
    expect(settings(doctor)).not.toHaveProperty('redirect')
  })

  it.each([
    ['signing versions', 'ok it takes v4 and v2'],
    ['region', 'ok any is taken; it calls its own "us-east-1"'],
    ['private', 'ok who has no keys is refused (403)'],
    ['list, version 1', 'ok pages and order are right'],
    ['list, version 2', 'ok pages, order and beginning are right'],
    ['list, delimiter /', 'ok names are grouped (CommonPrefixes)'],
    [
      'list, delimiter /_',
      'note repositories are grouped (CommonPrefixes), but the keys below count, and a list never gets past a repository that has more of them than a page',
    ],
    ['delete many', 'ok several keys go in one request'],
    ['multipart, equal parts', 'ok large objects are stored in parts'],
    ['multipart, unequal parts', 'ok they are taken as well'],
    ['copy in parts', 'ok the store copies ranges of an object into parts of another'],
    ['conditional put', 'ok of eight writers at once one wins'],
    ['expired delete', 'ok a delete whose signature has expired is refused, for many keys as for one'],
    ['presigned URLs, v4', 'ok the object comes, whole and in part, and nothing once it has expired'],
    ['presigned URLs, v2', 'ok the object comes, whole and in part, and nothing once it has expired'],
    [
      'forgotten uploads',
      'note it lists those of one whole key only: forgotten ones stay until the store, or a lifecycle rule, takes them',
    ],
    ['lifecycle', 'note no rule aborts unfinished uploads: AbortIncompleteMultipartUpload after some days does no harm'],
  ])('%s: %s', (name, says) => {
    expect(lineOf(doctor, name)).toBe(says)
  })

  it('leaves what was there, and nothing else', async () => {
    expect(await keysIn(server)).toEqual(['somebody/elses'])
    // Not a single folder of an upload in parts.
    expect(await readdir(join(server.folder, '.minio.sys/multipart'))).toEqual([])
  })

  it('leaves no versions where they are kept', async () => {
    const bucket = await bucketOf(server)
    const body = Buffer.from('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>')
    await bucket.send({ operation: 'PutBucketVersioning', method: 'PUT', query: { versioning: '' }, body: [body] })
    const versioned = await runDoctor(server)
    expect(lineOf(versioned, 'versioning')).toContain('note switched on')
    expect(lineOf(versioned, 'clean-up')).toContain('ok nothing is left')
    const { text } = await bucket.send({ operation: 'ListObjectVersions', method: 'GET', query: { versions: '' } })
    expect([...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key)).toEqual(['somebody/elses'])
  })

  it('finds the bucket by the file of an environment, and asks it as that will be deployed', async () => {
    const place = `endpoint: '${server.endpoint}', region: us-east-1, bucket: images, signingVersion: v2`
    const asked = await runDoctor(server, { environment: `engine: cdktf\nstorage: {driver: s3, provider: minio, ${place}}\n` })
    expect(asked).toMatchObject({ code: 0, error: '' })
    expect(settings(asked).s3).toMatchObject({ bucket: 'images', signingversion: 'v2', secure: false })
  })

  it('says when the keys are wrong', async () => {
    const stranger = await runDoctor({ ...server, secretAccessKey: 'another/secret' })
    expect(stranger.code).toBe(1)
    expect(lineOf(stranger, 'signing versions')).toContain('FAILED it takes neither v4 nor v2: SignatureDoesNotMatch')
    expect(stranger.out).toContain('further questions were not asked')
    expect(stranger.out + stranger.error).not.toContain('another/secret')
  })

  it('says when the endpoint has the name of the bucket in it', async () => {
    const astray = await runDoctor({ ...server, endpoint: `${server.endpoint}/images` })
    expect(lineOf(astray, 'signing versions')).toContain('most often an endpoint with the name of the bucket in it')
  })

  it('says when the bucket is not there', async () => {
    expect(lineOf(await runDoctor(server, { args: ['--bucket', 'nowhere'] }), 'signing versions')).toBe(
      'FAILED it takes v4 and v2, and has no bucket of this name: make it first, or look at --bucket',
    )
  })
})

suite('on MinIO that insists on its region', [minio], () => {
  it('the region is found out', async () => {
    const server = await startMinio({ region: 'east-1', strictRegion: true })
    await server.createBucket('images')
    expect(lineOf(await runDoctor(server), 'region')).toBe('ok east-1, and no other is taken; it calls its own "east-1"')
    const astray = await runDoctor({ ...server, region: 'us-east-1' })
    expect(astray.code).toBe(1)
    expect(lineOf(astray, 'region')).toBe('FAILED it is east-1, and the configuration says us-east-1')
    expect(settings(astray).s3.region).toBe('east-1')
  })
})

suite('on Versity’s gateway', [versity], () => {
  let server: S3Server
  let doctor: Doctor

  beforeAll(async () => {
    server = await startVersity({ region: 'east-1' })
    await server.createBucket('images')
    doctor = await runDoctor(server)
  })

  it('a registry can run', () => {
    expect(doctor).toMatchObject({ code: 0, error: '' })
    expect(settings(doctor).s3).toMatchObject({ region: 'east-1', signingversion: 'v4' })
  })

  it.each([
    ['signing versions', 'ok it takes v4 only'],
    ['region', 'ok east-1, and no other is taken; it calls its own "east-1"'],
    ['list, delimiter /_', 'ok repositories are grouped (CommonPrefixes), and count once'],
    ['conditional put', 'ok of eight writers at once one wins'],
    ['expired delete', 'ok a delete whose signature has expired is refused, for many keys as for one'],
    ['presigned URLs, v2', '- it does not take this version'],
    ['forgotten uploads', 'ok they are listed; none is older than a day'],
    ['lifecycle', 'note the store knows no rules: forgotten uploads are taken by the registry alone'],
  ])('%s: %s', (name, says) => {
    expect(lineOf(doctor, name)).toBe(says)
  })

  it('leaves nothing', async () => {
    expect(await keysIn(server)).toEqual([])
  })
})

suite('on a store that knows only version 2', [minio], () => {
  let store: S3Server

  beforeAll(async () => {
    store = await startMinio()
    await store.createBucket('images')
  })

  it.each([
    ['a header that it does not know is an invalid argument', v4Refusals.ceph],
    ['it compares what is no signature', v4Refusals.compared],
    ['it says what it wants', v4Refusals.named],
  ])('where %s', async (_, v4) => {
    const { endpoint } = await faultProxy({
      to: store.endpoint,
      plan: oldStore({ v4, listObjectsV2: 'taken for version 1', deleteObjects: 'refused' }),
    })
    const doctor = await runDoctor({ ...store, endpoint })
    expect(doctor).toMatchObject({ code: 0, error: '' })
    expect(lineOf(doctor, 'signing versions')).toBe('ok it takes v2 only')
    expect(lineOf(doctor, 'region')).toBe('ok any: version 2 does not sign it')
    expect(lineOf(doctor, 'list, version 2')).toBe('note it answers in version 1: the registry uses that')
    expect(lineOf(doctor, 'list, version 1')).toBe('ok pages and order are right')
    expect(lineOf(doctor, 'delete many')).toContain('each key costs a request')
    expect(lineOf(doctor, 'presigned URLs, v4')).toBe('- it does not take this version')
    expect(lineOf(doctor, 'presigned URLs, v2')).toContain('ok the object comes')
    expect(lineOf(doctor, 'expired delete')).toBe(
      'note single deletes expire, deletes of many keys cannot be presigned: each key costs a request',
    )
    expect(settings(doctor).s3).toMatchObject({ signingversion: 'v2', forcepathstyle: true })
    expect(await keysIn(store)).toEqual([])
  })
})

suite('on a store that knows only version 2, and everything else', [minio], () => {
  it('deletes of many keys expire as well, signed in a URL by version 2', async () => {
    const store = await startMinio()
    await store.createBucket('images')
    const { endpoint } = await faultProxy({ to: store.endpoint, plan: oldStore() })
    const doctor = await runDoctor({ ...store, endpoint })
    expect(lineOf(doctor, 'delete many')).toBe('ok several keys go in one request')
    expect(lineOf(doctor, 'expired delete')).toBe('ok a delete whose signature has expired is refused, for many keys as for one')
  })
})

suite('whoever interrupts it', [minio], () => {
  it('finds the bucket as it was', async () => {
    const server = await startMinio()
    await server.createBucket('images')
    const interrupted = await runDoctor(server, { interruptedAt: 'copy' })
    expect(interrupted.code).toBe(1)
    expect(lineOf(interrupted, 'clean-up')).toContain('ok nothing is left')
    expect(await keysIn(server)).toEqual([])
  })
})
