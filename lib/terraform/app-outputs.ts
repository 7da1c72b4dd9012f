import type { CdktfEnvironment } from '../environment/environment.ts'
import { reach } from '../environment/reach.ts'
import { registryPort } from '../environment/registry-config.ts'
import type { Engine } from './host/make-host.ts'
import { TerraformOutput, type TerraformStack, type TerraformVariable } from './tf.ts'

export interface AppOutputsOptions {
  readonly environment: CdktfEnvironment
  readonly domain: TerraformVariable
  /** Who renews the certificate, and when it ends. */
  readonly renewal: string
  /** The engine of a host that was made. @default - the one that the file names */
  readonly engine: Engine | undefined
}

/** What a deployment of the registry prints: where it is, and how to get in. */
export function addAppOutputs(stack: TerraformStack, { environment, domain, renewal, engine }: AppOutputsOptions): void {
  const output = (name: string, value: string, description: string) => new TerraformOutput(stack, name, { value, description })
  const { certificate, auth, port } = reach(environment)
  const { scheme, host } = addressOf(environment, domain)

  output('url', `${scheme}://${host}`, 'Where the registry is reached.')
  if (auth.by !== 'none') {
    output('login_command', `docker login ${host} --username ${auth.user}`, 'How clients sign in; it asks for the password.')
    output(
      'password_command',
      outputOf(`${stack.node.id}-data`, 'password'),
      "How the first user's password is read, in the folder of the deployment.",
    )
  }
  output('certificate_renewal', renewal, 'Who renews the certificate, and when it ends.')
  if (certificate.by === 'self-signed') {
    const folder = `/etc/docker/certs.d/${host}`
    const read = outputOf(`${stack.node.id}-data`, 'certificate_authority')
    output(
      'trust_command',
      `sudo mkdir -p ${folder} && ${read} | sudo tee ${folder}/ca.crt`,
      'What makes a Docker engine trust the registry.',
    )
  }
  const { uri, swarm } = environment.host
  const way = engine ? [...engine.sshOptions, `${engine.user}@${engine.address}`] : wayTo(uri)
  if (port?.loopback && way) {
    output(
      'tunnel',
      `ssh -N -L ${port.number}:localhost:${port.number} ${way.join(' ')}`,
      `While this command runs, the registry is reached at localhost:${port.number} here too.`,
    )
  }
  if (swarm) output('service', `registry-${environment.name}:${registryPort}`, 'Its name and port in its own network.')
}

/** As clients write it: with the port only where the scheme does not say it. */
function addressOf(environment: CdktfEnvironment, domain: TerraformVariable): { scheme: string; host: string } {
  const { certificate, port } = reach(environment)
  if (certificate.by === 'proxy') return { scheme: 'https', host: domain.stringValue }
  if (certificate.by !== 'none') return { scheme: 'https', host: `${domain.stringValue}${port?.number === 443 ? '' : `:${port?.number}`}` }
  return { scheme: 'http', host: port ? `localhost:${port.number}` : `registry-${environment.name}:${registryPort}` }
}

/** Where Terraform runs for each stack, below the folder that cdktf was called in. */
export const stacksFolder = 'cdktf.out/stacks/'

const outputOf = (stack: string, name: string) => `terraform -chdir=${stacksFolder}${stack} output -raw ${name}`

/** The words by which ssh goes to the host of an engine; none, where that is not asked by ssh. */
function wayTo(uri: string): readonly string[] | undefined {
  if (!uri.startsWith('ssh:')) return undefined
  const { hostname, username, port } = new URL(uri)
  return [...(port ? ['-p', port] : []), username ? `${username}@${hostname}` : hostname]
}
