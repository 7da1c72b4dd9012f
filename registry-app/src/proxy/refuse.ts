import { RegistryError } from '../registry/errors.ts'
import type { Name } from '../registry/name.ts'
import type { Place } from './upstream.ts'

/** What the repositories of a cache have comes from their upstream alone. @throws RegistryError UNSUPPORTED, as Distribution says it */
export function refuse(place: Place | undefined, name: Name): void {
  if (!place) return
  const reason = `${name} is a cache of ${place.upstream.label}: nothing is pushed to it or deleted from it (proxy)`
  throw new RegistryError('UNSUPPORTED', { reason, allowed: ['GET'] })
}
