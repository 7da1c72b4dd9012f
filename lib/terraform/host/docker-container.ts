import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { graceSeconds } from '../../environment/grace-seconds.ts'
import { reach } from '../../environment/reach.ts'
import { redirectPort, secretsFolder } from '../../environment/reach-config.ts'
import { registryFolder, registryPort } from '../../environment/registry-config.ts'
import { registryVariables } from '../../environment/registry-variables.ts'
import { dockerLabels } from '../docker-labels.ts'
import { literal } from '../literal.ts'
import { Container } from '../tf.ts'
import { confined } from './confined.ts'
import { collectorOf, healthcheck, type RegistryProcess } from './registry-process.ts'
import { secretVariables } from './registry-secret.ts'
import { SecretVolume } from './secret-volume.ts'

export interface DockerContainerProps extends RegistryProcess {
  readonly environment: CdktfEnvironment
  readonly imageId: string
  /** A network of its own in place of the engine's bridge, and what others call it there beside its name. */
  readonly own?: { readonly network: string; readonly aliases: readonly string[] } | undefined
}

/**
 * The registry as a plain container.
 *
 * What the image or the engine would decide (working directory, user, command, log options …) is written down all the same: the provider
 * compares what it finds with what stands here, and would replace the container at every deployment.
 */
export class DockerContainer extends Construct {
  constructor(scope: Construct, id: string, props: DockerContainerProps) {
    super(scope, id)
    const { environment, imageId, variables, secrets, volumeName, folders, groups, labels, network, own } = props
    const { memoryMiB, cpus } = environment.host
    const kept = secrets.length === 0 ? undefined : new SecretVolume(this, 'secrets', { environment, imageId, secrets })
    const env = [...registryVariables(environment).map(literal), ...variables, ...secretVariables(secrets)]
    const common = {
      image: imageId,
      ...confined(memoryMiB),
      groupAdd: [...groups],
      ...(cpus === undefined ? {} : { cpus: String(cpus) }),
      volumes: [
        ...(volumeName === undefined ? [] : [{ volumeName, containerPath: registryFolder }]),
        ...(kept === undefined ? [] : [{ volumeName: kept.name, containerPath: secretsFolder, readOnly: true }]),
        ...folders.map(folder => ({ hostPath: folder, containerPath: folder, readOnly: true })),
      ],
      ...(network === undefined ? { networkMode: 'bridge' } : { networkMode: network }),
      // The provider's own patience, and the engine's, whoever stops the container.
      destroyGraceSeconds: graceSeconds(environment),
      stopTimeout: graceSeconds(environment),
      ...(kept === undefined ? {} : { dependsOn: [kept.filled] }),
    }
    const container = new Container(this, 'container', {
      ...common,
      name: `registry-${environment.name}`,
      command: ['serve'],
      env,
      ports: publishedPorts(environment),
      ...(own === undefined ? {} : { networksAdvanced: [{ name: own.network, aliases: [...own.aliases] }] }),
      healthcheck,
      labels: dockerLabels(environment, labels),
      // A deployment is done when the health check says so; a busy host needs a while for that.
      wait: true,
      waitTimeout: 120,
    })
    container.overrideLogicalId('registry')
    const collector = collectorOf(environment)
    if (!collector) return
    const { name, command, healthcheck: silence } = collector
    const beside = new Container(this, 'collector', {
      ...common,
      name,
      command,
      env: collector.env(env),
      healthcheck: silence,
      labels: dockerLabels(environment),
    })
    beside.overrideLogicalId('collector')
  }
}

/**
 * On every address of IPv4 only where there is a certificate. Published on IPv6 beside it, it would be replaced at each deployment:
 * https://github.com/kreuzwerker/terraform-provider-docker/issues/909
 */
function publishedPorts(environment: CdktfEnvironment) {
  const { port, redirectPort: redirected } = reach(environment)
  const published = (internal: number, external: number, ip: string) => ({ internal, external, ip, protocol: 'tcp' })
  return [
    ...(port === undefined ? [] : [published(registryPort, port.number, port.loopback ? '127.0.0.1' : '0.0.0.0')]),
    ...(redirected === undefined ? [] : [published(redirectPort, redirected, '0.0.0.0')]),
  ]
}
