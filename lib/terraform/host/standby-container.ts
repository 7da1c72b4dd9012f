import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { secretsFolder } from '../../environment/reach-config.ts'
import { standbyProgram } from '../../environment/standby.ts'
import { dockerLabels } from '../docker-labels.ts'
import type { StandbyProcess } from '../standby.ts'
import { Container } from '../tf.ts'
import { confined } from './confined.ts'
import { noHealthcheck } from './registry-process.ts'
import { SecretVolume } from './secret-volume.ts'

export interface StandbyContainerProps {
  readonly environment: CdktfEnvironment
  readonly imageId: string
  readonly standby: StandbyProcess
  /** Where the registry is found by its name. */
  readonly network: string
}

/** What keeps a standby, in a container beside the registry's: one, which keeps nothing of its own. */
export class StandbyContainer extends Construct {
  constructor(scope: Construct, id: string, { environment, imageId, standby, network }: StandbyContainerProps) {
    super(scope, id)
    const { secrets, memoryMiB } = standby
    const kept =
      secrets.length === 0 ? undefined : new SecretVolume(this, 'secrets', { environment, imageId, secrets, suffix: 'standby-secrets' })
    const container = new Container(this, 'container', {
      name: `registry-${environment.name}-standby`,
      image: imageId,
      entrypoint: [...standbyProgram],
      command: [...standby.arguments],
      ...confined(memoryMiB),
      volumes: kept === undefined ? [] : [{ volumeName: kept.name, containerPath: secretsFolder, readOnly: true }],
      networkMode: network,
      // It is well as long as it runs: a side that is away is asked again.
      healthcheck: noHealthcheck,
      labels: dockerLabels(environment),
      destroyGraceSeconds: 10,
      stopTimeout: 10,
      ...(kept === undefined ? {} : { dependsOn: [kept.filled] }),
    })
    container.overrideLogicalId('standby')
  }
}
