import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deleteObject } from '../../../registry-app/src/s3/delete-object.ts'
import { headObject } from '../../../registry-app/src/s3/head-object.ts'
import { putObject } from '../../../registry-app/src/s3/put-object.ts'
import { freePort } from '../../support/free-port.ts'
import type { S3Server } from '../../support/s3-server.ts'
import { storedKeys } from '../s3/support/stored-objects.ts'
import { bucketOf } from '../support/bucket-of.ts'
import { docker, dockerEngine, engineUri } from '../support/docker.ts'
import { minio, startMinio } from '../support/minio.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type TerraformProgram, terraformProvider } from '../support/terraform-provider.ts'
import { tool } from '../support/tool.ts'
import { KitProject } from './kit-project.ts'
import { dockerProject, environmentNames } from './support/docker-project.ts'

for (const program of ['terraform', 'tofu'] as const) {
  const sources = [
    ['aminueza/minio', '3.6.5'],
    ['kreuzwerker/docker', '3.6.2'],
    ['hashicorp/random', '3.7.2'],
  ] as const
  const providers = await Promise.all(sources.map(([source, version]) => terraformProvider(source, version, program)))
  suite(`an environment as plain Terraform, with its state in a bucket, by ${program}`, [minio, dockerEngine, ...providers], () =>
    appliesIt(program),
  )
}

function appliesIt(program: TerraformProgram) {
  const { name, app, data, base } = environmentNames('plain')
  const stateKey = `bucket-registry/${data}.tfstate`
  let store: S3Server
  let project: KitProject
  let port: number
  let path: string
  const pushed = () => `localhost:${port}/team/image:1`

  const variables = () => ({
    CHECKPOINT_DISABLE: '1',
    AWS_ACCESS_KEY_ID: store.accessKeyId,
    AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
    TF_VAR_s3_access_key: store.accessKeyId,
    TF_VAR_s3_secret_key: store.secretAccessKey,
    TF_VAR_node_image: base,
  })
  /** Terraform in the folder of an exported stack. */
  const terraform = (stack: string, ...args: readonly string[]) =>
    run(path, args, { cwd: join(project.folder, 'export', name, stack), env: variables() })
  const states = () => bucketOf(store, 'states')
  const bucketStatus = async () => {
    const bucket = await bucketOf(store, 'images')
    return (await bucket.send({ operation: 'HeadBucket', method: 'HEAD', expects: () => true })).status
  }

  beforeAll(async () => {
    path = (await tool(program)).path
    port = await freePort()
    // Where a container finds it too.
    const address = await docker(['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'])
    store = await startMinio({ address })
    await store.createBucket('states')
    project = await dockerProject(base, { variables: { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey } })
    const place = `endpoint: '${store.endpoint}', region: us-east-1`
    await project.write(
      name,
      `engine: cdktf
storage: {driver: s3, ${place}, bucket: images, onDestroy: empty}
state: {backend: s3, ${place}, bucket: states}
host: {uri: '${engineUri()}', port: ${port}}
auth: {by: password}
`,
    )
  })

  afterAll(async () => {
    // Whatever a failed test left behind.
    await docker(['rm', '--force', app, `${app}-secrets`])
    const volumes = await docker(['volume', 'ls', '--quiet', '--filter', `label=bucket-registry.environment=${name}`])
    if (volumes) await docker(['volume', 'rm', '--force', ...volumes.split('\n')])
    await docker(['rmi', '--force', pushed(), base])
  })

  it('is exported, and says what comes next', async () => {
    const said = await run(join(root, 'node_modules/.bin/node'), [join(root, 'bin/export.ts'), name], { cwd: project.folder })

    expect(said).toContain(`terraform -chdir=export/${name}/${data} init`)
    expect(said).toContain(`terraform -chdir=export/${name}/${app} apply`)
  })

  it('names the stack that comes first', async () => {
    await terraform(app, 'init', '-input=false')

    await expect(terraform(app, 'plan', '-input=false', '-no-color')).rejects.toThrow(`terraform_remote_state.${data}`)
  })

  it('is applied without cdktf, and leaves nothing to change', async () => {
    await terraform(data, 'init', '-input=false')
    for (const stack of [data, app]) await terraform(stack, 'apply', '-input=false', '-auto-approve')

    expect(await bucketStatus()).toBe(200)
    for (const stack of [data, app]) {
      expect(await terraform(stack, 'plan', '-input=false', '-no-color', '-detailed-exitcode')).toContain('No changes.')
    }
  })

  it('takes a docker push from who signed in as its outputs say, and has it in the bucket', async () => {
    const login = await temporaryFolder()
    const [signIn, readPassword] = await Promise.all(
      ['login_command', 'password_command'].map(output => terraform(app, 'output', '-raw', output)),
    )
    const there = join(project.folder, 'export', name, app)
    // It names terraform; tofu reads what it wrote itself.
    const password = await run('sh', ['-c', String(readPassword).replace(/^terraform/, `'${path}'`)], { cwd: there, env: variables() })
    const [, ...words] = String(signIn).split(' ')
    await docker(['--config', login, ...words, '--password', password])
    const image = await importSmallImage(pushed())
    await docker(['--config', login, 'push', pushed()])
    await docker(['rmi', pushed()])
    await docker(['--config', login, 'pull', pushed()])

    expect(await docker(['inspect', '--format', '{{.Id}}', pushed()])).toBe(image)
    expect(await storedKeys(await bucketOf(store, 'images'), 'docker/registry/v2/repositories/team/image/_manifests/tags/1/')).not.toEqual(
      [],
    )
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

    await expect(terraform(data, 'plan', '-input=false', '-no-color')).rejects.toThrow('somebody@else')
    await deleteObject(bucket, lock)
  })

  it('is destroyed without cdktf: the registry, then what is in the bucket, then the bucket', async () => {
    await terraform(app, 'destroy', '-input=false', '-auto-approve')
    for (const kind of [
      ['ps', '--all'],
      ['volume', 'ls'],
    ]) {
      expect(await docker([...kind, '--quiet', '--filter', `label=bucket-registry.environment=${name}`])).toBe('')
    }
    await expect(terraform(data, 'destroy', '-input=false', '-auto-approve')).rejects.toThrow(/not empty/i)
    expect(await project.kit('empty', name, '--yes')).toContain('is empty')
    await terraform(data, 'destroy', '-input=false', '-auto-approve')

    expect(await bucketStatus()).toBe(404)
    expect(await headObject(await states(), `${stateKey}.tflock`)).toBeUndefined()
  })

  if (program === 'tofu') {
    it('is deployed and destroyed by cdktf with it', async () => {
      const keys = { s3_access_key: store.accessKeyId, s3_secret_key: store.secretAccessKey }
      const stateKeys = { AWS_ACCESS_KEY_ID: store.accessKeyId, AWS_SECRET_ACCESS_KEY: store.secretAccessKey }
      const byCdktf = new KitProject(project.folder, keys, { ...stateKeys, TERRAFORM_BINARY_NAME: path })
      await byCdktf.deploy(data)

      expect(await bucketStatus()).toBe(200)
      expect(await byCdktf.planNothing(data)).toContain('No changes.')
      await byCdktf.destroy('--ignore-missing-stack-dependencies', data)
      expect(await bucketStatus()).toBe(404)
    })
  }
}
