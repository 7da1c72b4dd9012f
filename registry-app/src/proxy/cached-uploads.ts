import type { Name } from '../registry/name.ts'
import type { Uploads } from '../registry/uploads.ts'
import { refuse } from './refuse.ts'
import type { Place } from './upstream.ts'

/** Nothing is pushed to what is a cache: neither are uploads begun there, nor those that were begun before gone on with. */
export const cachedUploads = (uploads: Uploads, placeOf: (name: Name) => Place | undefined): Uploads => ({
  ...uploads,
  start(name) {
    refuse(placeOf(name), name)
    return uploads.start(name)
  },
  open(name, id, sealed) {
    refuse(placeOf(name), name)
    return uploads.open(name, id, sealed)
  },
  async store(name, digest, body, options) {
    refuse(placeOf(name), name)
    return uploads.store(name, digest, body, options)
  },
})
