/**
 * What is wrong with an environment's name, or `undefined`.
 *
 * It becomes part of the names of stacks, volumes, containers and images, of which CloudFormation is the strictest.
 */
export function nameComplaint(name: string): string | undefined {
  if (!/^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) {
    return 'an environment is named for its file: at most 32 lowercase letters, digits and dashes, a letter first'
  }
  if (name.endsWith('-data')) return 'a name that ends in -data would be confused with the data stack of another environment'
  return undefined
}
