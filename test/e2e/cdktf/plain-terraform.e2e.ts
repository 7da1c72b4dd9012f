import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { deleteObject } from '../../../registry-app/src/s3/delete-object.ts'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { minio, startMinio } from '../support/minio.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TerraformProgram, terraformProvider } from '../support/terraform-provider.ts'
import { tool } from '../support/tool.ts'
import { KitProject } from './kit-project.ts'

const stateKey = 'bucket-registry/registry-plain-data.tfstate'

for (const program of ['terraform', 'tofu'] as const) {
  const provider = await terraformProvider('aminueza/minio', '3.6.5', program)
  suite(`an environment as plain Terraform, with its state in a bucket, by ${program}`, [minio, provider], () => appliesIt(program))
}

function appliesIt(program: TerraformProgram) {
  let store: S3Server
  let project: KitProject
  let data: string
  let path: string

  const terraform = (...args: readonly string[]) =>
    run(path, args, {
      cwd: data,
      env: {
        CHECKPOINT_DISABLE: '1',
        AWS_ACCESS_KEY_ID: store.accessKeyId,
        AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
        TF_VAR_s3_access_key: store.accessKeyId,
        TF_VAR_s3_secret_key: store.secretAccessKey,
      },
    })
  const states = () => bucketOf(store, 'states')
  const bucketStatus = async () => {
    const bucket = await bucketOf(store, 'images')
    return (await bucket.send({ operation: 'HeadBucket', method: 'HEAD', expects: () => true })).status
  }

  beforeAll(async () => {
    path = (await tool(program)).path
    store = await startMinio()
    await store.createBucket('states')
    project = new KitProject(await temporaryFolder(), {})
    await project.begin()
    const place = `endpoint: '${store.endpoint}', region: us-east-1`
    await project.write(
      'plain',
      `engine: cdktf
storage: {driver: s3, ${place}, bucket: images, onDestroy: empty}
state: {backend: s3, ${place}, bucket: states}
`,
    )
    data = join(project.folder, 'export', 'plain', 'registry-plain-data')
  })

  it('is exported, and says what comes next', async () => {
    const said = await run(join(root, 'node_modules/.bin/node'), [join(root, 'bin/export.ts'), 'plain'], { cwd: project.folder })

    expect(said).toContain('terraform -chdir=export/plain/registry-plain-data init')
  })

  it('is applied without cdktf, and leaves nothing to change', async () => {
    await terraform('init', '-input=false')
    await terraform('apply', '-input=false', '-auto-approve')

    expect(await bucketStatus()).toBe(200)
    expect(await terraform('plan', '-input=false', '-no-color', '-detailed-exitcode')).toContain('No changes.')
  })

  it('has its state in the bucket, without the keys', async () => {
    const bucket = await states()
    const { text } = await bucket.send({ operation: 'GetObject', method: 'GET', key: stateKey })

    expect(text).toContain('minio_s3_bucket')
    expect(text).not.toContain(store.secretAccessKey)
  })

  it('waits for nobody who holds the lock, and says who does', async () => {
    const [bucket, lock] = [await states(), `${stateKey}.tflock`]
    await putObject(bucket, lock, [Buffer.from(JSON.stringify({ ID: 'one', Who: 'somebody@else', Operation: 'OperationTypeApply' }))])

    await expect(terraform('plan', '-input=false', '-no-color')).rejects.toThrow('somebody@else')
    await deleteObject(bucket, lock)
  })

  it('is destroyed without cdktf', async () => {
    await terraform('destroy', '-input=false', '-auto-approve')

    expect(await bucketStatus()).toBe(404)
    expect(await headObject(await states(), `${stateKey}.tflock`)).toBeUndefined()
  })

  if (program === 'tofu') {
    it('is deployed and destroyed by cdktf with it', async () => {
      const keys = { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey }
      const stateKeys = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey }
      const byCdktf = new KitProject(project.folder, keys, { ...stateKeys, TERRAFORM_BINARY_NAME: path })
      await byCdktf.deploy('registry-plain-data')

      expect(await bucketStatus()).toBe(200)
      expect(await byCdktf.planNothing('registry-plain-data')).toContain('No changes.')
      await byCdktf.destroy('--ignore-missing-stack-dependencies', 'registry-plain-data')
      expect(await bucketStatus()).toBe(404)
    })
  }
}
