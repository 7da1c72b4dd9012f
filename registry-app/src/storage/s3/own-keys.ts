/** What all keys begin with. @param rootdirectory as configured: a slash at either end means nothing, as in Distribution */
export function keyPrefix(rootdirectory: string): string {
  const folder = rootdirectory.replace(/^\/+|\/+$/g, '')
  return folder === '' ? '' : `${folder}/`
}

/** The driver's own objects, where Distribution never looks; the registry's own are in `registry/paths.ts`. */
const own = 'docker/registry/v2/_registry/'

/** For a try of what the store can do. */
export const canaryKey = (name: string) => `${own}canary/${name}`
/** A body whose key is not known yet and for which the caller names no place. */
export const incomingKey = (name: string) => `${own}incoming/${name}`
/** Both are there for moments. */
export const passingPrefixes = [canaryKey(''), incomingKey('')] as const
