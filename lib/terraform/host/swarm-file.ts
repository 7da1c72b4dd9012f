import { Construct } from 'constructs'
import type { CdktfEnvironment } from '../../environment/environment.ts'
import { dockerLabels } from '../docker-labels.ts'
import { Config, Fn, Secret } from '../tf.ts'

export interface SwarmFileProps {
  readonly environment: Pick<CdktfEnvironment, 'name' | 'labels'>
  /** What it is called in the stack. */
  readonly name: string
  readonly kind: 'config' | 'secret'
  /** As Terraform's template. */
  readonly content: string
}

/**
 * A file that the Swarm keeps for its services.
 *
 * It never changes, and cannot go while a service has it: another content has another name, and is there before the old one goes.
 */
export class SwarmFile extends Construct {
  readonly name: string
  readonly fileId: string

  constructor(scope: Construct, id: string, { environment, name, kind, content }: SwarmFileProps) {
    super(scope, id)
    const hash = kind === 'secret' ? Fn.nonsensitive(Fn.sha256(content)) : Fn.sha256(content)
    const common = {
      name: `registry-${environment.name}-${name}-${Fn.substr(hash, 0, 12)}`,
      data: Fn.base64encode(content),
      lifecycle: { createBeforeDestroy: true },
    }
    const file =
      kind === 'secret' ? new Secret(this, 'file', { ...common, labels: dockerLabels(environment) }) : new Config(this, 'file', common)
    file.overrideLogicalId(name)
    this.name = file.name
    this.fileId = file.id
  }
}
