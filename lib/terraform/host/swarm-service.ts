import { createHash } from 'node:crypto'
import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { graceSeconds } from '../../environment/grace-seconds.ts'
import { reach } from '../../environment/reach.ts'
import { redirectPort, secretsFolder } from '../../environment/reach-config.ts'
import { registryFolder, registryPort, renderRegistryConfig } from '../../environment/registry-config.ts'
import { dockerLabels } from '../docker-labels.ts'
import { DataDockerNetwork, Fn, Network, Service, type TerraformVariable } from '../tf.ts'
import { collectorOf, healthcheck, logOptions, type RegistryProcess, registryUser } from './registry-process.ts'
import { secretContent, secretsHash, secretVariables } from './registry-secret.ts'
import { SwarmFile } from './swarm-file.ts'

export interface SwarmServiceProps extends RegistryProcess {
  readonly environment: CdktfEnvironment
  /** The image's name: each node finds it by that. */
  readonly image: string
  readonly replicas: TerraformVariable
  readonly imageAuth: ImageAuth | undefined
  /** What others call it in its own network, beside its name. */
  readonly aliases: readonly string[]
}

/** What every node tells the image's registry, if that asks. */
export interface ImageAuth {
  readonly serverAddress: string
  readonly username: string
  readonly password: string
}

/** Where the image's own configuration lies. */
const configFile = '/etc/distribution/config.yml'

/** The registry as a service of a Docker Swarm: any number of replicas, each replaced only when the one after it is healthy. */
export class SwarmService extends Construct {
  /** The id of the network that it has for itself, and for whom it is joined by. */
  readonly networkId: string

  constructor(scope: Construct, id: string, props: SwarmServiceProps) {
    super(scope, id)
    const { environment, image, replicas, variables, secrets, volumeName, folders, groups, labels, network, imageAuth, aliases } = props
    const { host } = environment
    const own = new Network(this, 'network', {
      name: `registry-${environment.name}`,
      driver: 'overlay',
      attachable: true,
      labels: dockerLabels(environment),
    })
    own.overrideLogicalId('registry')
    this.networkId = own.id
    const proxys = network === undefined ? undefined : new DataDockerNetwork(this, 'proxy', { name: network })
    proxys?.overrideLogicalId('proxy')
    const text = renderRegistryConfig(environment)
    const config = new SwarmFile(this, 'config', {
      environment,
      name: 'config',
      kind: 'config',
      // Of what is known here: Terraform would read templates in the text.
      data: Buffer.from(text).toString('base64'),
      hash: createHash('sha256').update(text).digest('hex').slice(0, 12),
    })
    // Of all of them in each name: that of one alone would let a short password be guessed by who may list names.
    const hash = secretsHash(secrets)
    const env = [...variables, ...secretVariables(secrets)]
    const containerSpec = {
      image,
      user: registryUser,
      groups: [...groups],
      dir: '/',
      readOnly: true,
      capDrop: ['ALL'],
      labels: dockerLabels(environment),
      configs: [{ configId: config.fileId, configName: config.name, fileName: configFile }],
      secrets: secrets.map(secret => {
        const data = Fn.base64encode(secretContent(secret))
        const { fileId, name } = new SwarmFile(this, secret.file, { environment, name: secret.file, kind: 'secret', data, hash })
        return { secretId: fileId, secretName: name, fileName: `${secretsFolder}/${secret.file}` }
      }),
      mounts: [
        ...(volumeName === undefined ? [] : [{ type: 'volume', source: volumeName, target: registryFolder }]),
        ...folders.map(folder => ({ type: 'bind', source: folder, target: folder, readOnly: true })),
      ],
      stopGracePeriod: `${graceSeconds(environment)}s`,
    }
    // By their ids: by a name the provider would make the service anew at each deployment.
    const networks = [own.id, ...(proxys === undefined ? [] : [proxys.id])].map(name => ({ name }))
    const taskSpec = {
      networksAdvanced: networks,
      placement: { constraints: [...(host.swarm?.constraints ?? [])] },
      resources: {
        limits: {
          memoryBytes: host.memoryMiB * 1024 * 1024,
          ...(host.cpus === undefined ? {} : { nanoCpus: Math.round(host.cpus * 1e9) }),
        },
      },
      restartPolicy: { condition: 'any', delay: '5s', window: '0s' },
      logDriver: { name: 'json-file', options: logOptions },
    }
    const common = {
      ...(imageAuth === undefined ? {} : { auth: imageAuth }),
      // A deployment waits for the replicas, and fails where the old ones serve again. An update that begins late it takes for one that is over.
      convergeConfig: { delay: '5s', timeout: '10m' },
    }
    const service = new Service(this, 'service', {
      ...common,
      name: `registry-${environment.name}`,
      labels: dockerLabels(environment, labels),
      mode: { replicated: { replicas: replicas.numberValue } },
      taskSpec: {
        ...taskSpec,
        ...(aliases.length === 0 ? {} : { networksAdvanced: [{ name: own.id, aliases: [...aliases] }, ...networks.slice(1)] }),
        containerSpec: { ...containerSpec, args: ['serve'], env: byName(env), healthcheck },
      },
      endpointSpec: { mode: host.swarm?.endpoint ?? 'vip', ports: publishedPorts(environment) },
      updateConfig: rolling,
      rollbackConfig: { ...rolling, failureAction: 'pause' },
    })
    service.overrideLogicalId('registry')
    const collector = collectorOf(environment)
    if (!collector) return
    const { name, command, healthcheck: silence } = collector
    const beside = new Service(this, 'collector', {
      ...common,
      name,
      labels: dockerLabels(environment),
      mode: { replicated: { replicas: 1 } },
      taskSpec: { ...taskSpec, containerSpec: { ...containerSpec, args: command, env: byName(collector.env(env)), healthcheck: silence } },
      endpointSpec: { mode: 'dnsrr' },
      // One at a time: what it is for is not to be done twice.
      updateConfig: { ...rolling, order: 'stop-first' },
      rollbackConfig: { ...rolling, order: 'stop-first', failureAction: 'pause' },
    })
    beside.overrideLogicalId('collector')
  }
}

const byName = (variables: readonly string[]) => Object.fromEntries(variables.map(variable => variable.split(/=(.*)/s, 2)))

/** One after another, each new one healthy before an old one ends. One that fails brings all of the old ones back. */
const rolling = { parallelism: 1, delay: '5s', order: 'start-first', failureAction: 'rollback', monitor: '20s', maxFailureRatio: '0.0' }

function publishedPorts(environment: CdktfEnvironment) {
  const { port, redirectPort: redirected } = reach(environment)
  const published = (targetPort: number, publishedPort: number) => ({ targetPort, publishedPort, protocol: 'tcp', publishMode: 'ingress' })
  return [
    ...(port === undefined ? [] : [published(registryPort, port.number)]),
    ...(redirected === undefined ? [] : [published(redirectPort, redirected)]),
  ]
}
