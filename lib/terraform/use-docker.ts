import type { CdktfEnvironment } from '../environment/environment.ts'
import type { Engine } from './host/make-host.ts'
import { literal } from './literal.ts'
import { DockerProvider, type TerraformStack, type TerraformVariable } from './tf.ts'

export interface DockerOptions {
  /** For `image.username`. */
  readonly imagePassword?: TerraformVariable | undefined
  /** @default - the one that the file names */
  readonly engine?: Pick<Engine, 'host' | 'sshOptions'> | undefined
}

/** The Docker engine that a stack makes things on, and whom it tells a registry that the image is pulled for. */
export function useDocker(stack: TerraformStack, environment: CdktfEnvironment, { imagePassword, engine }: DockerOptions = {}): void {
  const { host, image } = environment
  const { tlsFolder } = host
  const { host: uri, sshOptions } = engine ?? { host: host.uri, sshOptions: host.sshOptions.map(literal) }
  new DockerProvider(stack, 'docker', {
    host: uri,
    ...(tlsFolder === undefined ? {} : { certPath: tlsFolder }),
    ...(sshOptions.length === 0 ? {} : { sshOpts: [...sshOptions] }),
    ...(image?.username === undefined || imagePassword === undefined
      ? {}
      : { registryAuth: [{ address: registryOf(image.reference), username: image.username, password: imagePassword.stringValue }] }),
  })
}

/** The host in an image's name; Docker Hub where there is none, by the rule that Docker's own reference grammar has. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : 'registry-1.docker.io'
}
