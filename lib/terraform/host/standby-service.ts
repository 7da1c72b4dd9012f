import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { secretsFolder } from '../../environment/reach-config.ts'
import { standbyProgram } from '../../environment/standby.ts'
import { dockerLabels } from '../docker-labels.ts'
import type { StandbyProcess } from '../standby.ts'
import { Fn, Service } from '../tf.ts'
import { logOptions, noHealthcheck, registryUser } from './registry-process.ts'
import { secretContent, secretsHash } from './registry-secret.ts'
import { SwarmFile } from './swarm-file.ts'
import type { ImageAuth } from './swarm-service.ts'

export interface StandbyServiceProps {
  readonly environment: CdktfEnvironment
  /** The image's name: each node finds it by that. */
  readonly image: string
  readonly imageAuth: ImageAuth | undefined
  readonly standby: StandbyProcess
  /** The id of the network where the registry is found by its name. */
  readonly networkId: string
}

/** What keeps a standby, as a service of one replica beside the registry's: the old one ends before the new one starts. */
export class StandbyService extends Construct {
  constructor(scope: Construct, id: string, { environment, image, imageAuth, standby, networkId }: StandbyServiceProps) {
    super(scope, id)
    const hash = secretsHash(standby.secrets)
    const service = new Service(this, 'service', {
      name: `registry-${environment.name}-standby`,
      labels: dockerLabels(environment),
      ...(imageAuth === undefined ? {} : { auth: imageAuth }),
      mode: { replicated: { replicas: 1 } },
      taskSpec: {
        containerSpec: {
          image,
          command: [...standbyProgram],
          args: [...standby.arguments],
          user: registryUser,
          dir: '/',
          readOnly: true,
          capDrop: ['ALL'],
          labels: dockerLabels(environment),
          secrets: standby.secrets.map(secret => {
            const name = `standby-${secret.file}`
            const data = Fn.base64encode(secretContent(secret))
            const { fileId, name: secretName } = new SwarmFile(this, secret.file, { environment, name, kind: 'secret', data, hash })
            return { secretId: fileId, secretName, fileName: `${secretsFolder}/${secret.file}` }
          }),
          healthcheck: noHealthcheck,
          stopGracePeriod: '10s',
        },
        networksAdvanced: [{ name: networkId }],
        placement: { constraints: [...(environment.host.swarm?.constraints ?? [])] },
        resources: { limits: { memoryBytes: standby.memoryMiB * 1024 * 1024 } },
        restartPolicy: { condition: 'any', delay: '5s', window: '0s' },
        logDriver: { name: 'json-file', options: logOptions },
      },
      endpointSpec: { mode: 'dnsrr' },
      updateConfig: { parallelism: 1, order: 'stop-first', failureAction: 'pause' },
      convergeConfig: { delay: '5s', timeout: '10m' },
    })
    service.overrideLogicalId('standby')
  }
}
