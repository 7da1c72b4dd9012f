import type { Credentials } from '../http/sign-in.ts'

/** What docker's configuration says of one registry. */
export type DockerEntry = { readonly helper: string; readonly server: string } | { readonly credentials: Credentials }

interface DockerConfig {
  readonly auths?: Record<string, { auth?: unknown; username?: unknown; password?: unknown; identitytoken?: unknown } | null>
  readonly credHelpers?: Record<string, unknown>
  readonly credsStore?: unknown
}

/**
 * Reads what `docker login` keeps in `~/.docker/config.json`, and podman and skopeo in their `auth.json`.
 *
 * @param repository of the image: podman may know somebody for a part of a registry
 * @returns `undefined`: nobody is signed in there
 * @throws Error if it cannot be read; never with anything of its content
 */
export function entryOf(text: string, host: string, repository: string): DockerEntry | undefined {
  const config = parse(text)
  const servers = serversOf(host)
  for (const server of servers) {
    const helper = config.credHelpers?.[server]
    if (typeof helper === 'string' && helper !== '') return { helper, server }
  }
  const { auths = {}, credsStore } = config
  const [known] = servers.map(server => Object.keys(auths).find(key => hostIn(key) === server)).filter(each => each !== undefined)
  if (typeof credsStore === 'string' && credsStore !== '') {
    // docker stores Hub's under the URL that it had once.
    return { helper: credsStore, server: known ?? servers[0] ?? host }
  }
  const keys = [...servers.flatMap(server => placesOf(server, repository)), ...(known === undefined ? [] : [known])]
  for (const key of keys) {
    const credentials = credentialsIn(auths[key])
    if (credentials) return { credentials }
  }
  return undefined
}

function parse(text: string): DockerConfig {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    // The parser's own words would quote what is in it.
    throw new Error('it is not JSON')
  }
  return typeof parsed === 'object' && parsed !== null ? parsed : {}
}

/** The names under which a registry's credentials may stand. */
const serversOf = (host: string): readonly string[] =>
  host === 'docker.io' || host === 'index.docker.io' || host === 'registry-1.docker.io'
    ? ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io']
    : [host]

/** Keys may be URLs, as older versions wrote them. */
const hostIn = (key: string) =>
  key === 'https://index.docker.io/v1/' ? key : key.replace(/^https?:\/\//, '').replace(/\/(v[12]\/?)?$/, '')

/** `registry.example/team/app`, `registry.example/team`, `registry.example`. */
function placesOf(server: string, repository: string): readonly string[] {
  const segments = repository.split('/').filter(Boolean)
  return [...segments.keys()].map(index => [server, ...segments.slice(0, segments.length - index)].join('/')).concat(server)
}

function credentialsIn(entry: NonNullable<DockerConfig['auths']>[string] | undefined): Credentials | undefined {
  const { auth, username, password, identitytoken } = entry ?? {}
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken }
  if (typeof auth === 'string' && auth !== '') {
    const text = Buffer.from(auth, 'base64').toString()
    const colon = text.indexOf(':')
    // docker has written a NUL behind it once.
    return colon > 0 ? { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') } : undefined
  }
  return typeof username === 'string' && typeof password === 'string' && username !== '' ? { username, password } : undefined
}
