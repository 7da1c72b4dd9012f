import type { CdktfEnvironment } from '../../environment/environment.ts'
import { literal } from '../literal.ts'
import { TerraformOutput, type TerraformRemoteState, type TerraformStack } from '../tf.ts'
import { hostKeyOptions } from './made-host.ts'
import { type Instance, makeNifcloudInstance } from './nifcloud-instance.ts'
import { waitForHost } from './wait-for-docker.ts'

/** Makes the host of an environment in its data stack, which is done when the host's Docker answers. */
export function makeHost(stack: TerraformStack, environment: CdktfEnvironment, instance: Instance): void {
  const made = makeNifcloudInstance(stack, environment, instance)
  waitForHost(stack, environment, made)
  const output = (name: string, value: string, description: string) => new TerraformOutput(stack, name, { value, description })
  output('host_user', made.user, 'Whom ssh lets in on the host.')
  output('host_address', made.address, 'The public address of the host.')
  output('host_identity', made.identity, 'Another one for each host that was made.')
}

/** An engine as the provider is told of it. */
export interface Engine {
  readonly host: string
  readonly user: string
  readonly address: string
  readonly sshOptions: readonly string[]
}

/** The engine of the host that the data stack has made. */
export function engineOf({ name, host }: CdktfEnvironment, data: TerraformRemoteState): Engine {
  const [user, address] = [data.getString('host_user'), data.getString('host_address')]
  return {
    host: `ssh://${user}@${address}`,
    user,
    address,
    sshOptions: [...hostKeyOptions(name, data.getString('host_identity')), ...host.sshOptions.map(literal)],
  }
}
