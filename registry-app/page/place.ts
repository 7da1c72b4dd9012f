/** Where in the page one is, as its address says it after `#`: an image as docker names it, `team/app:v1`. */
export type Place =
  | { readonly view: 'repositories' }
  | { readonly view: 'storage' }
  | { readonly view: 'repository'; readonly name: string }
  | { readonly view: 'image'; readonly name: string; readonly reference: string }

export function placeIn(hash: string): Place {
  if (hash === '#/storage') return { view: 'storage' }
  const found = /^#\/r\/([a-z\d][^:@%]*)(?:@(.+)|:(.+))?$/.exec(hash)
  const name = found?.[1]
  const reference = found?.[2] ?? found?.[3]
  if (name === undefined) return { view: 'repositories' }
  return reference === undefined ? { view: 'repository', name } : { view: 'image', name, reference }
}

export const toRepositories = '#/'
export const toStorage = '#/storage'
export const toRepository = (name: string) => `#/r/${name}`
/** @param reference a tag or a digest */
export const toImage = (name: string, reference: string) => `#/r/${imageOf(name, reference)}`

/** As it is written after the registry's name. */
export const imageOf = (name: string, reference: string) => `${name}${reference.includes(':') ? '@' : ':'}${reference}`
