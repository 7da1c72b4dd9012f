/** Where an image is, as its name says it. */
export interface ImageName {
  /** Where its registry answers. */
  readonly origin: string
  /** The registry as docker calls it where it keeps credentials. */
  readonly host: string
  readonly repository: string
  /** A tag, or a digest. */
  readonly reference: string | undefined
}

/** Reads a name as docker does: without a registry it is Docker Hub's. */
export function readImageName(name: string): ImageName {
  const [path = '', digest] = name.split('@')
  const [, untagged = path, tag] = /^(.*?)(?::([^:/]+))?$/.exec(path) ?? []
  const [first = '', ...rest] = untagged.split('/')
  const named = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const reference = digest ?? tag
  if (!named || first === 'docker.io') {
    const repository = named ? rest.join('/') : untagged
    const official = repository.includes('/') ? repository : `library/${repository}`
    return { origin: 'https://registry-1.docker.io', host: 'https://index.docker.io/v1/', repository: official, reference }
  }
  // As docker does: on this machine, a registry may do without TLS.
  const scheme = /^(localhost|127\.0\.0\.1|\[::1\])(:|$)/.test(first) ? 'http' : 'https'
  return { origin: `${scheme}://${first}`, host: first, repository: rest.join('/'), reference }
}
