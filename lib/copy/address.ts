import { compileGlob, type Glob, GlobError } from '../../registry-app/src/auth/access/glob.ts'
import { asDigest } from '../../registry-app/src/registry/digest.ts'
import { parseName, parseTag } from '../../registry-app/src/registry/name.ts'
import { UsageError } from '../usage-error.ts'

/** Where images come from, or go, as the command line names it. */
export type Address = RegistryAddress | FileAddress

export interface RegistryAddress {
  readonly kind: 'registry'
  readonly host: string
  /** It is spoken to without TLS, and is not asked whether it has any. */
  readonly plain?: true | undefined
  /** One repository. */
  readonly repository?: string | undefined
  /** In it; absent: all tags. */
  readonly tag?: string | undefined
  /** In it, in place of a tag. */
  readonly digest?: string | undefined
  /** Many repositories; absent, without a repository: all of the registry. */
  readonly pattern?: { readonly text: string; readonly fits: Glob } | undefined
}

export interface FileAddress {
  readonly kind: 'oci' | 'oci-archive' | 'docker-archive'
  readonly path: string
  /** A tag; in an archive of docker's also a whole name. Absent: all that is in it. */
  readonly name?: string | undefined
}

/**
 * Reads `HOST`, `HOST/REPOSITORY`, `HOST/REPOSITORY:TAG`, `HOST/team/**`, `oci:FOLDER[:TAG]`, `oci-archive:FILE[:TAG]` and `docker-archive:FILE[:NAME]`;
 * `docker://` may stand before what is on a registry; `http://` before one that is spoken to by plain HTTP.
 *
 * @throws UsageError
 */
export function parseAddress(text: string): Address {
  const [, kind, rest = ''] = /^(oci|oci-archive|docker-archive):(.*)$/.exec(text) ?? []
  if (kind !== undefined) return fileAddress(kind as FileAddress['kind'], rest, text)
  const plain = text.startsWith('http://')
  return { ...registryAddress(text.replace(/^(docker|http):\/\//, ''), text), ...(plain ? { plain } : {}) }
}

function fileAddress(kind: FileAddress['kind'], rest: string, text: string): FileAddress {
  // As skopeo reads it: the path ends with the first colon.
  const colon = rest.indexOf(':')
  const path = colon === -1 ? rest : rest.slice(0, colon)
  const name = colon === -1 ? undefined : rest.slice(colon + 1)
  if (path === '') throw new UsageError(`${text}: names no ${kind === 'oci' ? 'folder' : 'file'}`)
  if (name === '') throw new UsageError(`${text}: names no tag after the colon`)
  return { kind, path, name }
}

function registryAddress(address: string, text: string): RegistryAddress {
  const slash = address.indexOf('/')
  const host = slash === -1 ? address : address.slice(0, slash)
  if (!isHost(host)) {
    throw new UsageError(
      `${text}: begins with no host, such as registry.example, localhost:5000 or docker.io, nor with oci:, oci-archive: or docker-archive:`,
    )
  }
  const path = slash === -1 ? '' : address.slice(slash + 1)
  if (path === '') return { kind: 'registry', host }
  if (path.includes('*')) return { kind: 'registry', host, pattern: { text: path, fits: glob(path, text) } }
  const [, name = '', tag, digest] = /^([^:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(path) ?? []
  try {
    const repository = parseName(isHub(host) && !name.includes('/') ? `library/${name}` : name)
    if (digest !== undefined && asDigest(digest) === undefined) throw new UsageError(`${text}: ${digest} is no digest`)
    return { kind: 'registry', host, repository, tag: tag === undefined ? undefined : parseTag(tag), digest }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause
    throw new UsageError(`${text}: is no HOST/REPOSITORY:TAG`, { cause })
  }
}

/** As docker tells a host from the first part of a name. */
const isHost = (text: string) => /^(localhost|[\w-]+(\.[\w-]+)+|[\w-]+(?=:)|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(text)
const isHub = (host: string) => host === 'docker.io' || host === 'index.docker.io'

function glob(path: string, text: string): Glob {
  try {
    return compileGlob(path)
  } catch (cause) {
    if (!(cause instanceof GlobError)) throw cause
    throw new UsageError(`${text}: the repositories' pattern ${cause.message}`, { cause })
  }
}
