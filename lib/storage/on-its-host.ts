import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { CdktfEnvironment } from '../environment/environment.ts'
import { registryFolder } from '../environment/registry-config.ts'
import { packageRoot } from '../package-root.ts'

/** What a command looks for in a registry's storage. */
export type Sought = 'users' | 'tokens' | 'images'

/**
 * What to type on the host of a registry whose storage is a volume, where a command of the kit does not get to it.
 *
 * Images are looked at by the registry's own program. Users and tokens the kit writes, in a container of the registry's image, which has Node.js and the right
 * user: with the volume, and with the folder that the kit is in.
 */
export function onItsHost({ name, host }: Pick<CdktfEnvironment, 'name' | 'host'>, what: Sought): string {
  const registry = `registry-${name}`
  if (what === 'images') {
    const container = host.swarm ? `"$(docker ps --quiet --filter label=com.docker.swarm.service.name=${registry} | head -n 1)"` : registry
    return `docker exec ${container} node /registry.mjs check`
  }
  const image = host.swarm
    ? `docker service inspect --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' ${registry}`
    : `docker inspect --format '{{.Image}}' ${registry}`
  const { folder, program, config } = kit()
  const volumes = `--volume ${registry}:${registryFolder} --volume '${folder}:/kit:ro' --workdir /kit`
  const command = what === 'users' ? 'user' : 'token'
  return `docker run --rm -it ${volumes} --entrypoint node "$(${image})" ${program} ${command} … --config ${config}`
}

/** Where the kit is, with what it needs: a checkout, or a folder that it was installed in. */
function kit(): { folder: string; program: string; config: string } {
  const own = packageRoot()
  const isCheckout = existsSync(join(own, 'bin/kit.ts'))
  const folder = isCheckout ? own : dirname(dirname(own))
  const within = (file: string) => relative(folder, join(own, file))
  return { folder, program: within(isCheckout ? 'bin/kit.ts' : 'dist/bin/kit.js'), config: within('registry-app/container.yml') }
}
