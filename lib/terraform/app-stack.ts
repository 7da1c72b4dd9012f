import type { Construct } from 'constructs'
import { appFolder } from '../app-folder.ts'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { addAppOutputs } from './app-outputs.ts'
import { heldBucket } from './bucket/held-bucket.ts'
import { cacheSecrets } from './cache-secrets.ts'
import { certificateFor } from './certificate/certificate-for.ts'
import { makeRecords } from './dns/make-records.ts'
import { dockerLabels } from './docker-labels.ts'
import { domainParameter } from './domain-parameter.ts'
import { firstUser } from './first-user.ts'
import { DockerContainer } from './host/docker-container.ts'
import { volumeName } from './host/docker-volume.ts'
import { engineOf } from './host/make-host.ts'
import { RegistryImage } from './host/registry-image.ts'
import type { RegistryProcess } from './host/registry-process.ts'
import { StandbyContainer } from './host/standby-container.ts'
import { StandbyService } from './host/standby-service.ts'
import { SwarmService } from './host/swarm-service.ts'
import { imageParameters } from './image-parameters.ts'
import { namedSecrets } from './named-secrets.ts'
import { replicasParameter } from './replicas-parameter.ts'
import { s3Parameters, s3Secrets, s3Variables } from './s3-parameters.ts'
import { standbyProcess } from './standby.ts'
import { stateOf, useState } from './state.ts'
import { Network, TerraformStack } from './tf.ts'
import { registryOf, useDocker } from './use-docker.ts'

export interface RegistryStackProps {
  readonly environment: CdktfEnvironment
  /** The folder of the registry app. @default - the one in this package */
  readonly appFolder?: string
}

/** The registry itself: it can be destroyed and deployed again at any time, the images are in the other stack. */
export class RegistryStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: RegistryStackProps) {
    super(scope, id)
    const { environment } = props
    const { host, storage, dns } = environment
    useState(this, environment)
    // Variables stand on the stack: inside a construct they would get its path and a hash into their names.
    const { image, nodeImage, imagePassword } = imageParameters(this, environment)
    const domain = domainParameter(this, environment)
    const replicas = replicasParameter(this, environment)
    const s3 = storage.driver === 's3' ? s3Parameters(this, storage) : undefined
    // Read always: without the other stack there is no place for images.
    const data = stateOf(this, `${id}-data`, environment, s3 && storage.driver === 's3' ? heldBucket(storage, s3) : [])

    const engine = host.instance && engineOf(environment, data)
    useDocker(this, environment, { imagePassword, engine })
    const { auth } = reach(environment)
    const certificate = certificateFor(environment, { domain, data })
    const user = auth.by !== 'none' ? firstUser(auth, data) : undefined
    const named = namedSecrets(this, environment)
    const standby = standbyProcess(this, environment, { domain, data })
    const running: RegistryProcess = {
      variables: [...(s3 ? s3Variables(s3) : []), ...certificate.variables, ...(user?.variables ?? []), ...named.variables],
      secrets: [
        ...(s3 ? s3Secrets(s3) : []),
        ...(certificate.secrets ?? []),
        ...(user?.secrets ?? []),
        ...cacheSecrets(this, environment.cache),
        ...named.secrets,
      ],
      volumeName: s3 ? undefined : volumeName(environment),
      folders: certificate.folders ?? [],
      groups: certificate.groups ?? [],
      labels: certificate.labels ?? {},
      network: certificate.network,
    }
    const { imageId, reference } = new RegistryImage(this, 'registry-image', {
      environment,
      image,
      ...(nodeImage === undefined ? {} : { build: { appFolder: props.appFolder ?? appFolder(), nodeImage } }),
    })
    if (host.swarm) {
      const { reference: named = '', username } = environment.image ?? {}
      const imageAuth =
        username === undefined || imagePassword === undefined
          ? undefined
          : { serverAddress: registryOf(named), username, password: imagePassword.stringValue }
      const aliases = standby?.aliases ?? []
      const { networkId } = new SwarmService(this, 'swarm', { ...running, environment, image: reference, replicas, imageAuth, aliases })
      if (standby) new StandbyService(this, 'standby', { environment, image: reference, imageAuth, standby, networkId })
    } else {
      const own = standby && running.network === undefined ? { network: this.#network(environment), aliases: standby.aliases } : undefined
      new DockerContainer(this, 'container', { ...running, environment, imageId, own })
      const network = own?.network ?? running.network
      if (standby && network !== undefined) new StandbyContainer(this, 'standby', { environment, imageId, standby, network })
    }
    addAppOutputs(this, { environment, domain, renewal: certificate.renewal, engine })
    if (environment.domain !== undefined && dns !== undefined) {
      makeRecords(this, dns.by, { domain: domain.stringValue, dns, hostAddress: engine?.address })
    }
  }

  /** On the engine's bridge no container finds another by its name. */
  #network(environment: CdktfEnvironment): string {
    const network = new Network(this, 'network', {
      name: `registry-${environment.name}`,
      driver: 'bridge',
      labels: dockerLabels(environment),
    })
    network.overrideLogicalId('registry')
    return network.name
  }
}
