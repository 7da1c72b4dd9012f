import { beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { awsEnvironment, synthesize } from '../../lib/aws/synthesize.ts'
import { answersOk } from '../../support/answers-ok.ts'
import { freePort } from '../../support/free-port.ts'
import { startProcess } from '../../support/start-process.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { evaluate, onlyResource, parseTemplate } from '../support/evaluate-template.ts'
import { minio, startMinio } from '../support/minio.ts'
import { bundle } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const task = z.object({
  ContainerDefinitions: z.tuple([
    z.object({
      Command: z.array(z.string()),
      Environment: z.array(z.object({ Name: z.string(), Value: z.string() })),
      Secrets: z.array(z.object({ Name: z.string(), ValueFrom: z.string() })),
    }),
  ]),
})

/** The registry with the command and the variables of the synthesized task, before the store that the deployment's parameters name. */
suite('the registry as its task definition starts it', [dockerEngine, minio], () => {
  const password = 'a long password'
  let host: string

  beforeAll(async () => {
    const store = await startMinio()
    await store.createBucket('deployed')
    const environment = awsEnvironment(
      'e2e',
      `domain: registry.example.com
dns: {by: route53, zone: example.com, zoneId: Z0123456789ABCDEFGHIJ}
storage: {driver: s3, bucket: of-the-file}
host: {kind: fargate, region: us-east-1}
image: {reference: 'ghcr.io/example/bucket-registry:1'}
`,
    )
    const template = parseTemplate(synthesize([environment]).template('registry-e2e').toJSON())
    const { ContainerDefinitions } = task.parse(
      evaluate(onlyResource(template, 'AWS::ECS::TaskDefinition'), template, {
        S3Endpoint: store.endpoint,
        S3Bucket: 'deployed',
        'AWS::Region': 'us-east-1',
        RegistryLogB2625DD5: 'log',
      }),
    )
    const [{ Command, Environment, Secrets }] = ContainerDefinitions
    const port = await freePort()
    const folder = await temporaryFolder()
    const { stop } = await startProcess({
      file: process.execPath,
      args: [bundle, ...Command],
      env: {
        ...Object.fromEntries(Environment.map(({ Name, Value }) => [Name, Value])),
        // As ECS fetches them by the field that stands at the end of each.
        ...Object.fromEntries(
          Secrets.map(({ Name, ValueFrom }) => [Name, ValueFrom.endsWith(':password::') ? password : 'the secret of this test']),
        ),
        // What is another one here: the port, the name that clients are sent to, and who has the keys of the store in place of the task's role.
        REGISTRY_HTTP_ADDR: `127.0.0.1:${port}`,
        REGISTRY_HTTP_HOST: `http://localhost:${port}`,
        AWS_ACCESS_KEY_ID: store.accessKeyId,
        AWS_SECRET_ACCESS_KEY: store.secretAccessKey,
        HOME: folder,
      },
      ready: () => answersOk(`http://127.0.0.1:${port}/healthz`),
    })
    atTheEnd(stop)
    host = `localhost:${port}`
  })

  it('takes an image and gives it back, from who has the password', async () => {
    const folder = await temporaryFolder()
    const image = `${host}/team/app:1`
    const client = { env: { DOCKER_CONFIG: folder } }
    await run('sh', ['-c', `echo hello >${folder}/greeting && tar -C ${folder} -cf ${folder}/layer.tar greeting`])
    await docker(['import', `${folder}/layer.tar`, image])
    try {
      await expect(docker(['push', image], client)).rejects.toThrow(/no basic auth|unauthorized/)
      await docker(['login', '--username', 'docker', '--password', password, host], client)
      await docker(['push', image], client)
      await docker(['rmi', image])
      await docker(['pull', image], client)
    } finally {
      await docker(['rmi', '--force', image])
    }
  })
})
