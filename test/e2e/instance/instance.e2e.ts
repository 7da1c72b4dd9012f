import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import { instanceStack } from '../../lib/aws/host/support/instance-stack.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { minio } from '../support/minio.ts'
import { importNodeImage } from '../support/node-image.ts'
import { bundle, root } from '../support/paths.ts'
import { pythonTool } from '../support/python-tool.ts'
import { startServer } from '../support/registry-server.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { bootMachine, type Machine, machineNeed } from './support/machine.ts'
import { userDataOf } from './support/user-data-of.ts'

const moto = await pythonTool('moto', 'moto_server')
const aws = await pythonTool('moto', 'aws')
const jq = await tool('jq')

/*
 * The user data of an instance, run by root on a machine that systemd has booted: its Docker engine, its systemd, its curl, its jq.
 *
 * What is AWS itself, stands here: moto (EC2's addresses, Secrets Manager, ECR's tokens, CloudWatch, Logs), asked by the real `aws`; MinIO
 * for S3; a metadata service of 20 lines at its real address; a registry where ECR would be. Amazon Linux is Debian here, where `dnf` has nothing to do,
 * and nobody hears the signal to CloudFormation, which moto does not know: what was said is read from the calls.
 */
suite('an instance', [machineNeed, dockerEngine, moto, aws, minio, jq], () => {
  const base = 'bucket-registry-e2e/node:24'
  const account = '123456789012'
  const registryOfAws = `${account}.dkr.ecr.us-east-1.amazonaws.com:5001`
  const image = `${registryOfAws}/bucket-registry:e2e`
  const store = 'http://192.0.2.10:9000'
  const keys = { MINIO_ROOT_USER: 'minio-access-key', MINIO_ROOT_PASSWORD: 'minio/secret+key' }
  let machine: Machine
  let folder: string
  let address: string
  let instance: string

  const password = 'a long password'
  /** Of a secret that holds no JSON. */
  const wholeText = 'Bearer: "a" {b}'
  /** The test itself has keys of its own, which are also those of MinIO. */
  const environmentOfTest = assignments({
    AWS_ENDPOINT_URL: 'http://127.0.0.1:5566',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: keys.MINIO_ROOT_USER,
    AWS_SECRET_ACCESS_KEY: keys.MINIO_ROOT_PASSWORD,
  })
  const call = async (...args: readonly string[]) =>
    JSON.parse((await machine.run('env', ...environmentOfTest, aws.path, ...args, '--output', 'json')) || 'null')

  /** Builds the image, and puts it where the machine will find ECR. */
  async function publishImage(images: string) {
    const node = join(folder, 'node')
    await mkdir(node)
    await importNodeImage(base, { node: await node24(), folder: node })
    const server = await startServer({ folder: images })
    const pushed = `${server.host.replace('127.0.0.1', 'localhost')}/bucket-registry:e2e`
    await docker(['build', '--build-arg', `NODE_IMAGE=${base}`, '--tag', pushed, join(root, 'registry-app')])
    await docker(['push', pushed])
    await docker(['rmi', '--force', pushed, base])
    await server.stop()
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    const images = join(folder, 'ecr')
    await mkdir(images)
    ;[machine] = await Promise.all([bootMachine(folder), publishImage(images)])
    await beAmazonLinux()
    await startAws(images)
    await writeFile(join(folder, 'user-data'), userData(await makeResources()))
    await machine.run('systemd-run', '--quiet', '--wait', '--pipe', '/bin/bash', join(folder, 'user-data'))
  })

  /** What differs, and where the programs that speak to AWS find it. */
  async function beAmazonLinux() {
    const file = async (path: string, ...lines: readonly string[]) => {
      await writeFile(join(folder, 'file'), `${lines.join('\n')}\n`)
      await machine.run('install', '-D', '--mode=0755', join(folder, 'file'), path)
    }
    await file('/usr/local/bin/dnf', '#!/bin/sh', 'echo "dnf $*" >>/var/log/calls')
    await file('/usr/local/bin/aws', '#!/bin/sh', 'echo "aws $*" >>/var/log/calls', `exec '${aws.path}' "$@"`)
    await file('/etc/systemd/system.conf.d/aws.conf', '[Manager]', 'DefaultEnvironment=AWS_ENDPOINT_URL=http://127.0.0.1:5566')
    // The engine takes an endpoint with nothing less than all that CloudWatch must know; what the script says goes over it.
    const logs = { 'awslogs-endpoint': 'http://127.0.0.1:5566', 'awslogs-group': '/registry/try', 'awslogs-region': 'us-east-1' }
    await file('/etc/docker/daemon.json', JSON.stringify({ 'log-driver': 'awslogs', 'log-opts': logs }))
    await machine.run('sh', '-c', `echo '127.0.0.1 ${registryOfAws.split(':')[0]}' >>/etc/hosts`)
    await machine.run('systemctl', 'daemon-reload')
  }

  async function startAws(images: string) {
    const curl = (url: string) => machine.run('curl', '--silent', '--fail', url)
    await Promise.all([
      machine.serve([moto.path, '-H', '127.0.0.1', '-p', '5566'], () => curl('http://127.0.0.1:5566/moto-api/')),
      machine.serve(
        [
          'env',
          ...assignments({ ...keys, HOME: folder, MINIO_BROWSER: 'off' }),
          minio.path,
          'server',
          '--quiet',
          '--address',
          '0.0.0.0:9000',
          join(folder, 's3'),
        ],
        () => curl(`${store}/minio/health/cluster`),
      ),
    ])
    const password = await machine.run('env', ...environmentOfTest, aws.path, 'ecr', 'get-login-password')
    const variables = {
      REGISTRY_HTTP_ADDR: '127.0.0.1:5001',
      REGISTRY_AUTH_HTPASSWD_REALM: 'ECR',
      REGISTRY_AUTH_HTPASSWD_USERNAME: 'AWS',
      REGISTRY_AUTH_HTPASSWD_PASSWORD: password,
    }
    await machine.serve(['env', ...assignments(variables), process.execPath, bundle, 'serve', join(images, 'config.yml')], () =>
      curl('http://127.0.0.1:5001/healthz'),
    )
  }

  /** What the data stack and CloudFormation make beforehand. */
  async function makeResources(): Promise<{ secret: string; httpSecret: string }> {
    await call('s3api', 'create-bucket', '--bucket', 'images', '--endpoint-url', store)
    const { Credentials } = await call(
      'sts',
      'assume-role',
      '--role-arn',
      'arn:aws:iam::123456789012:role/registry',
      '--role-session-name',
      'e2e',
      '--endpoint-url',
      store,
    )
    const { Instances } = await call('ec2', 'run-instances', '--image-id', 'ami-12c6146b')
    instance = Instances[0].InstanceId
    address = (await call('ec2', 'allocate-address')).AllocationId
    await call('logs', 'create-log-group', '--log-group-name', '/registry/try')
    const { ARN } = await call('secretsmanager', 'create-secret', '--name', 'registry-try', '--secret-string', JSON.stringify({ password }))
    const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials
    const service = join(import.meta.dirname, 'support/metadata-service.ts')
    await machine.serve([process.execPath, service, instance, AccessKeyId, SecretAccessKey, SessionToken], () =>
      machine.run('curl', '--silent', '--fail', '--request', 'PUT', 'http://169.254.169.254/latest/api/token'),
    )
    const http = await call('secretsmanager', 'create-secret', '--name', 'registry-try-http', '--secret-string', wholeText)
    return { secret: ARN, httpSecret: http.ARN }
  }

  function userData(secrets: { secret: string; httpSecret: string }): string {
    const variables = {
      REGISTRY_LOG: '{"level":"info","formatter":"json"}',
      REGISTRY_STORAGE: JSON.stringify({ s3: { bucket: 'images', region: 'us-east-1', regionendpoint: store, forcepathstyle: true } }),
      REGISTRY_HTTP: '{"addr":":5000","draintimeout":"20s"}',
      REGISTRY_AUTH: '{"htpasswd":{"realm":"Registry"}}',
      REGISTRY_AUTH_HTPASSWD_USERNAME: 'docker',
    }
    const { template } = instanceStack({
      certificate: 'none',
      instanceType: 't3.small',
      address: { allocationId: address, ip: '192.0.2.1' },
      image: { uri: image, architecture: 'x86_64', grantPull() {} },
      variables,
      ...secrets,
      graceSeconds: 5,
    })
    return userDataOf(template.toJSON(), part => {
      if (JSON.stringify(part) === '{"Ref":"AWS::Region"}') return 'us-east-1'
      throw new Error(`nothing stands for ${JSON.stringify(part)}`)
    })
  }

  const answers = () => machine.run('curl', '--silent', '--fail', 'http://localhost:5000/healthz')
  /** As systemd and the first start run it. */
  const host = (does: 'install' | 'watch') =>
    machine.run('systemd-run', '--quiet', '--wait', '--pipe', '/usr/local/sbin/registry-host', does)
  const signedIn = () => machine.run('sh', '-c', `printf %s '${password}' | docker login --username docker --password-stdin localhost:5000`)

  it('serves when its user data have been run, and says so to the deployment', async () => {
    await answers()
    expect(await machine.run('grep', 'signal-resource', '/var/log/calls')).toMatch(
      new RegExp(`--stack-name registry-try --logical-resource-id HostGroup\\w+ --unique-id ${instance} --status SUCCESS$`),
    )
    expect(await machine.run('grep', 'dnf', '/var/log/calls')).toBe('dnf install --assumeyes --quiet docker jq')
  })

  it('has taken its address', async () => {
    const { Addresses } = await call('ec2', 'describe-addresses')
    expect(Addresses).toMatchObject([{ AllocationId: address, InstanceId: instance }])
  })

  it('takes an image, with the password from Secrets Manager and the keys of its role, and gives it back', async () => {
    const pushed = 'localhost:5000/team/app:1'
    // Of one small layer: to pack Node.js takes a busy machine minutes.
    await machine.run('sh', '-c', `cd /tmp && head -c 1M /dev/urandom >layer && tar -c layer | docker import - ${pushed}`)
    await expect(machine.run('docker', 'push', pushed)).rejects.toThrow(/no basic auth|unauthorized/)
    await signedIn()
    await machine.run('docker', 'push', pushed)
    await machine.run('docker', 'rmi', pushed)
    await machine.run('docker', 'pull', '--quiet', pushed)
  })

  it('runs it as somebody who may do nothing, in its memory, and shows its secret to nobody', async () => {
    const [container] = JSON.parse(await machine.run('docker', 'inspect', 'bucket-registry'))
    expect(container.Config.User).toBe('65532:65532')
    expect(container.HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      Memory: 1024 * 1024 * 1024,
      MemorySwap: 1024 * 1024 * 1024,
    })
    expect(JSON.stringify(container)).not.toContain(password)
    expect(await machine.run('stat', '--format=%a %u %n', '/run/bucket-registry/REGISTRY_AUTH_HTPASSWD_PASSWORD')).toMatch(/^600 65532 /)
    expect(await machine.run('cat', '/run/bucket-registry/REGISTRY_HTTP_SECRET')).toBe(wholeText)
    expect(JSON.stringify(container)).not.toContain('Bearer')
    expect(await machine.run('stat', '--file-system', '--format=%T', '/run/bucket-registry')).toBe('tmpfs')
  })

  it("writes the registry's log to CloudWatch", async () => {
    // The engine sends it every five seconds.
    await machine.until(async () => {
      const { events } = await call('logs', 'get-log-events', '--log-group-name', '/registry/try', '--log-stream-name', instance)
      expect(events.map(({ message }: { message: string }) => JSON.parse(message))).toContainEqual(
        expect.objectContaining({ msg: 'listening' }),
      )
    })
  })

  it('starts it again when it ends', async () => {
    await machine.run('docker', 'kill', 'bucket-registry')
    await machine.until(answers)
  })

  it('starts it again when it hangs, and tells CloudWatch', async () => {
    const id = () => machine.run('docker', 'inspect', '--format', '{{.Id}}', 'bucket-registry')
    const before = await id()
    // It would count beside the test.
    await machine.run('systemctl', 'stop', 'bucket-registry-watch.timer')
    await host('watch')
    await machine.run('docker', 'kill', '--signal', 'STOP', 'bucket-registry')
    for (let minute = 0; minute < 3; minute++) await host('watch')
    await machine.until(answers)
    expect(await id()).not.toBe(before)
    const told = (await machine.run('grep', '--only-matching', 'Unhealthy,.*', '/var/log/calls')).split('\n').slice(-4)
    expect(told[0]).toMatch(/^Unhealthy,Value=0,\S+ MetricName=Latency,Value=0\.\d+,Dimensions=/)
    // Who hangs is measured by nobody.
    for (const line of told.slice(1)) expect(line).toMatch(/^Unhealthy,Value=1,\S+$/)
    const { Metrics } = await call('cloudwatch', 'list-metrics', '--namespace', 'bucket-registry')
    expect(Metrics.map(({ MetricName }: { MetricName: string }) => MetricName)).toEqual(expect.arrayContaining(['Unhealthy', 'Latency']))
  })

  it('fails the deployment where the registry does not start', async () => {
    await machine.run('systemctl', 'stop', 'bucket-registry')
    await machine.run('sed', '--in-place', 's/^REGISTRY_STORAGE=.*/REGISTRY_STORAGE={}/', '/etc/bucket-registry/variables')
    await machine.run('sh', '-c', 'echo PATIENCE_SECONDS=5 >>/etc/bucket-registry/settings')
    await expect(host('install')).rejects.toThrow('the registry does not answer')
    expect(await machine.run('sh', '-c', 'grep signal-resource /var/log/calls | tail --lines 1')).toMatch(/--status FAILURE$/)
  })
})

const assignments = (variables: Readonly<Record<string, string>>) => Object.entries(variables).map(([name, value]) => `${name}=${value}`)
