import type { Name } from '../registry/name.ts'
import type { Registry } from '../registry/registry.ts'
import { refuse } from './refuse.ts'
import type { Place } from './upstream.ts'

/** What a cache has is not deleted as a whole, and what it had is not brought back: the upstream says what there is. */
export const cachedRepositories = (
  { repositories, undo }: Pick<Registry, 'repositories' | 'undo'>,
  placeOf: (name: Name) => Place | undefined,
  ttl: number,
): Pick<Registry, 'repositories' | 'undo'> => ({
  repositories: {
    ...repositories,
    comesFrom(name) {
      const place = placeOf(name)
      return place && { registry: place.upstream.url.host, path: place.path, keptFor: ttl }
    },
    async delete(name, options) {
      refuse(placeOf(name), name)
      return repositories.delete(name, options)
    },
  },
  undo: {
    ...undo,
    async restore(name, reference, options) {
      refuse(placeOf(name), name)
      return undo.restore(name, reference, options)
    },
    async restoreRepository(name, options) {
      refuse(placeOf(name), name)
      return undo.restoreRepository(name, options)
    },
  },
})
