import type { Digest } from '../digest.ts'
import type { Name } from '../name.ts'
import { blobDataPath, layerLinkPath, revisionLinkPath } from '../paths.ts'
import type { Thing } from './reliance.ts'

/** A blob that a repository may serve. @param asked as the client names it */
export const layerThing = (name: Name, asked: Digest, canonical: Digest): Thing => ({
  digest: canonical,
  keys: [blobDataPath(canonical), layerLinkPath(name, asked)],
})

/** A manifest that a repository has. */
export const manifestThing = (name: Name, asked: Digest, canonical: Digest): Thing => ({
  digest: canonical,
  keys: [blobDataPath(canonical), revisionLinkPath(name, asked)],
})
