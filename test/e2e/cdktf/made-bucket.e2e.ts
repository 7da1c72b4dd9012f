import { beforeAll, expect, it } from 'vitest'
import type { S3Bucket } from '../../../registry-app/src/s3/bucket.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import type { FaultProxy } from '../../fault-proxy/fault-proxy.ts'
import { oldStore } from '../../fault-proxy/old-store.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { faultProxy } from '../s3/support/fault-proxy.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { terraformProvider } from '../support/terraform-provider.ts'
import { KitProject } from './kit-project.ts'

const provider = await terraformProvider('aminueza/minio', '3.6.5')
const data = 'registry-old-data'

suite('cdktf makes a bucket on a store that knows only Signature Version 2', [minio, provider], () => {
  let store: S3Server
  let proxy: FaultProxy
  let project: KitProject

  const projectWith = (variables: Record<string, string>, others: Record<string, string> = {}) =>
    new KitProject(project.folder, { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey, ...variables }, others)

  const write = (more: string) =>
    project.write(
      'old',
      `engine: cdktf\nstorage: {driver: s3, endpoint: '${proxy.endpoint}', region: us-east-1, bucket: images, signingVersion: v2, ${more}}\n`,
    )

  beforeAll(async () => {
    store = await startMinio()
    proxy = await faultProxy({ to: store.endpoint, plan: oldStore() })
    project = new KitProject(await temporaryFolder(), { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey })
    await project.begin()
    await write('onDestroy: retain')
  })

  /** Without the app, which was never there. */
  const destroy = () => project.destroy('--ignore-missing-stack-dependencies', data)

  /** Its status, asked as somebody else: version 4, and past the proxy. */
  async function bucketStatus(): Promise<number> {
    const bucket = await bucketOf(store)
    return (await bucket.send({ operation: 'HeadBucket', method: 'HEAD', expects: () => true })).status
  }

  async function fill(bucket: S3Bucket): Promise<void> {
    const versioning = Buffer.from('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>')
    await bucket.send({ operation: 'PutBucketVersioning', method: 'PUT', query: { versioning: '' }, body: [versioning] })
    for (const text of ['one', 'two']) await putObject(bucket, 'docker/registry/v2/a b&c', [Buffer.from(text)])
    await putObject(bucket, 'docker/registry/v2/gone', [Buffer.from('three')])
    await bucket.send({ operation: 'DeleteObject', method: 'DELETE', key: 'docker/registry/v2/gone' })
  }

  it('applies it, and prints what a destroy keeps', async () => {
    const outputs = await project.deploy(data)

    expect(outputs[data]).toMatchObject({ bucket: 'images', endpoint: proxy.endpoint, kept: expect.stringContaining('is refused') })
    expect(await bucketStatus()).toBe(200)
  })

  it('finds nothing to change in a second plan', async () => {
    expect(await project.planNothing(data)).toContain('No changes.')
  })

  it('refuses another s3_bucket, and says what to do', async () => {
    await expect(projectWith({ s3_bucket: 'others' }).planNothing(data)).rejects.toThrow(/This stack made the bucket images/)
  })

  it('refuses to destroy it while the file says retain', async () => {
    await expect(project.terraform(data, 'destroy', '-auto-approve')).rejects.toThrow('prevent_destroy')
  })

  it('does not empty it either', async () => {
    await expect(project.kit('empty', 'old', '--yes')).rejects.toThrow('storage.onDestroy is retain')
  })

  it('fails to destroy it while anything is in it, where the file says empty', async () => {
    await fill(await bucketOf(store))
    await write('onDestroy: empty')
    await project.terraform(data, 'apply', '-auto-approve')

    await expect(project.terraform(data, 'destroy', '-auto-approve')).rejects.toThrow(/not empty/)
    expect(await bucketStatus()).toBe(200)
  })

  it('is emptied by the kit, of old versions and markers too', async () => {
    expect(await project.kit('empty', 'old', '--yes')).toContain('is empty: 4 objects deleted')
    expect(await project.kit('empty', 'old', '--yes')).toContain('was empty')
  })

  it('then goes', async () => {
    await destroy()

    expect(await bucketStatus()).toBe(404)
  })

  it('stays, and is forgotten by the state, once the file says that it is there already', async () => {
    await write('onDestroy: retain')
    await project.terraform(data, 'apply', '-auto-approve')
    await write('existing: true')
    // What the file no longer says: Terraform asks of the bucket a last time.
    const [endpoint, user, password] = [store.endpoint.replace('http://', ''), store.accessKeyId, store.secretAccessKey]
    const lastTime = projectWith({}, { MINIO_ENDPOINT: endpoint, MINIO_USER: user, MINIO_PASSWORD: password })
    await lastTime.terraform(data, 'apply', '-auto-approve')

    expect(await bucketStatus()).toBe(200)
    await project.terraform(data, 'destroy', '-auto-approve')
    expect(await bucketStatus()).toBe(200)
  })
})
