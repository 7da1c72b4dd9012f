/** Where an image is, as its name says it. */
export interface ImageName {
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
  if (named && first !== 'docker.io') return { host: first, repository: rest.join('/'), reference }
  const repository = named ? rest.join('/') : untagged
  return { host: 'docker.io', repository: repository.includes('/') ? repository : `library/${repository}`, reference }
}
