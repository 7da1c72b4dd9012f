import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

export interface Login {
  readonly username: string
  readonly password: string
}

const settings = z.looseObject({
  auths: z.record(z.string(), z.looseObject({ auth: z.string().optional() })).default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
})

const helped = z.looseObject({ Username: z.string(), Secret: z.string() })

/**
 * Who signs in to a registry: whoever `docker login`, `crane auth login` or `oras login` noted down, or a credential helper knows.
 *
 * https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
export async function dockerLogin(host: string, variables: Readonly<Record<string, string | undefined>>): Promise<Login | undefined> {
  const folder = variables.DOCKER_CONFIG || join(variables.HOME || homedir(), '.docker')
  const { auths, credsStore, credHelpers } = settings.parse(JSON.parse(read(join(folder, 'config.json')) ?? '{}'))
  const helper = credHelpers[host] ?? credsStore
  if (helper !== undefined) return fromHelper(helper, host, variables)
  const auth = auths[host]?.auth
  if (auth === undefined) return undefined
  const [, username = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(auth, 'base64').toString()) ?? []
  return { username, password }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}

/** What it says of its failure may be a secret's neighbour, and stays there. */
async function fromHelper(name: string, host: string, variables: Readonly<Record<string, string | undefined>>): Promise<Login | undefined> {
  const program = spawn(`docker-credential-${name}`, ['get'], { env: { ...variables }, stdio: ['pipe', 'pipe', 'ignore'] })
  program.stdin.on('error', () => {})
  program.stdin.end(host)
  const [said, [code]] = await Promise.all([text(program.stdout), once(program, 'close')])
  if (code !== 0) return undefined
  const { Username, Secret } = helped.parse(JSON.parse(said))
  return { username: Username, password: Secret }
}
