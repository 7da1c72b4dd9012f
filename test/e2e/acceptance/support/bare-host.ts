import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { run } from '../../support/run.ts'
import type { Need } from '../../support/suite.ts'
import { tool } from '../../support/tool.ts'

/** What such a host has, and the two programs that every host has and npm's scripts need. */
const programs = ['docker', 'node', 'npm', 'npx', 'terraform', 'sh', 'env']

export const bareHost: Need[] = [
  ...(await Promise.all(['dockerd', 'unshare', 'ip', ...programs].map(tool))),
  { missing: process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'only root on Linux can make a host of its own' },
]

export interface BareHostOptions {
  /** An empty one, for all that the host keeps. */
  readonly folder: string
  /** Images of its engine, as `docker import` takes them. */
  readonly images: Readonly<Record<string, string>>
  /** Where Terraform finds providers: a filesystem mirror. */
  readonly providers: string
}

/**
 * A host with Docker, Node.js and Terraform and nothing else: processes, mounts and a network of its own, so that port 5000 and
 * `/var/run/docker.sock` are its own as well. It has no way out; in place of the internet it has npm's cache, the providers and the images that it is given.
 *
 * @returns runs a script in a folder, on a host that begins and ends with it
 */
export async function startBareHost({ folder, images, providers }: BareHostOptions) {
  const [bin, home, engine] = ['bin', 'home', 'engine'].map(part => join(folder, part)) as [string, string, string]
  for (const part of [bin, home, engine]) await mkdir(part)
  for (const name of programs) await symlink((await tool(name)).path, join(bin, name))
  const terraform = join(folder, 'terraformrc')
  await writeFile(terraform, `provider_installation {\n  filesystem_mirror {\n    path = "${providers}"\n  }\n}\n`)
  const dockerd = (await tool('dockerd')).path
  const imports = Object.entries(images).map(([name, archive]) => `docker import '${archive}' '${name}' >/dev/null`)
  const environment = {
    HOME: home,
    PATH: bin,
    npm_config_cache: process.env.npm_config_cache ?? join(homedir(), '.npm'),
    npm_config_offline: 'true',
    TF_CLI_CONFIG_FILE: terraform,
    CHECKPOINT_DISABLE: '1',
    // Hashes for other platforms come from Terraform's registry alone.
    CDKTF_SKIP_PROVIDER_LOCK: 'true',
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: 'true',
  }
  const assignments = Object.entries(environment).map(([name, value]) => `'${name}=${value}'`)
  const begin = [
    'set -e',
    'ip link set lo up',
    'mount -t tmpfs tmpfs /run',
    `${dockerd} --data-root '${engine}/data' >'${engine}/log' 2>&1 &`,
    'for try in $(seq 150); do docker version >/dev/null 2>&1 && break; sleep 0.2; done',
    ...imports,
  ]
  return (script: string, cwd: string) =>
    run(
      'unshare',
      [
        ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c'],
        [...begin, `cd '${cwd}'`, `exec env -i ${assignments.join(' ')} sh -ec "$1"`].join('\n'),
        'sh',
        script,
      ],
      { timeout: 1_200_000, env: { DOCKER_HOST: '' } },
    )
}
