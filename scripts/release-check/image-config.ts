/** What an image says of itself, as far as it is looked at here. */
export interface ImageConfig {
  readonly User?: string | undefined
  readonly Labels?: Readonly<Record<string, string>> | undefined
}

/** @returns the user that it runs as @throws Error that says what is wrong with it */
export function checkImageConfig({ User = '', Labels = {} }: ImageConfig, version: string): string {
  const missing = ['title', 'description', 'licenses', 'version'].filter(name => !Labels[`org.opencontainers.image.${name}`])
  if (missing.length > 0) throw new Error(`the image lacks the labels ${missing.join(', ')}`)
  if (Labels['org.opencontainers.image.version'] !== version) throw new Error('the label of its version names another one')
  if (!/^[1-9]\d*:[1-9]\d*$/.test(User)) throw new Error(`the image runs as ${User || 'root'}`)
  return User
}
