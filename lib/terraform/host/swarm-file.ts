import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { dockerLabels } from '../docker-labels.ts'
import { Config, Secret } from '../tf.ts'

export interface SwarmFileProps {
  readonly environment: Pick<CdktfEnvironment, 'name' | 'labels'>
  /** What it is called in the stack. */
  readonly name: string
  readonly kind: 'config' | 'secret'
  /** Its content in base64, as a value or as Terraform's template. */
  readonly data: string
  /** Hexadecimal digits that are others for other contents. */
  readonly hash: string
}

/**
 * A file that the Swarm keeps for its services.
 *
 * It never changes, and cannot go while a service has it: another content has another name, and is there before the old one goes.
 */
export class SwarmFile extends Construct {
  readonly name: string
  readonly fileId: string

  constructor(scope: Construct, id: string, { environment, name, kind, data, hash }: SwarmFileProps) {
    super(scope, id)
    const common = {
      name: `registry-${environment.name}-${name}-${hash}`,
      data,
      lifecycle: { createBeforeDestroy: true },
    }
    const file =
      kind === 'secret' ? new Secret(this, 'file', { ...common, labels: dockerLabels(environment) }) : new Config(this, 'file', common)
    file.overrideLogicalId(name)
    this.name = file.name
    this.fileId = file.id
  }
}
