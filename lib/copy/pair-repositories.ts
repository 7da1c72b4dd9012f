import { asName } from '../../registry-app/src/registry/name.ts'
import { UsageError } from '../usage-error.ts'
import type { RegistryAddress } from './address.ts'

/**
 * What a repository is called at the target, where many are copied: as it is at the source, if the target is a host alone. Where both end with `/**`,
 * as in `old.example/team/**` and `new.example/mirror/**`, the one takes the place of the other: `team/app` becomes `mirror/app`.
 *
 * @throws UsageError where the target names one repository, or a pattern that cannot be filled in
 */
export function pairRepositories(source: RegistryAddress, target: RegistryAddress): (repository: string) => string {
  if (target.repository !== undefined) {
    throw new UsageError(
      `many repositories are copied to ${target.host} alone, or to what lies below a part of it: ${target.host}/${target.repository}/**`,
    )
  }
  if (target.pattern === undefined) return repository => repository
  const to = prefixOf(target.pattern.text)
  const from = source.pattern === undefined ? '' : prefixOf(source.pattern.text)
  if (to === undefined) throw new UsageError(`${target.pattern.text}: a target's pattern ends with /**, and has no other asterisks`)
  if (from === undefined)
    throw new UsageError(`${source.pattern?.text}: is filled in nowhere; name the target by its host alone, ${target.host}`)
  return repository => {
    const name = to + repository.slice(from.length)
    if (asName(name) === undefined) throw new UsageError(`${name} is too long for a repository's name`)
    return name
  }
}

/** The other way round, for a target that `pairRepositories` has taken. */
export function repositoriesAtSource(source: RegistryAddress, target: RegistryAddress): (repository: string) => string {
  if (target.pattern === undefined) return repository => repository
  const to = prefixOf(target.pattern.text) ?? ''
  const from = (source.pattern && prefixOf(source.pattern.text)) ?? ''
  return repository => from + repository.slice(to.length)
}

/** `team/` of `team/**`, nothing of `**`. */
const prefixOf = (pattern: string) => (/^[^*]*\*\*$/.test(pattern) ? pattern.slice(0, -2) : undefined)
