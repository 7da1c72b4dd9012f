import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { Registry } from '../../../registry-app/src/registry/registry.ts'
import type { UploadState } from '../../../registry-app/src/registry/upload-state.ts'
import type { IncomingBody } from '../../../registry-app/src/registry/uploads.ts'
import { gather, pieces } from './bytes.ts'
import { name } from './images.ts'

export const body = (content: Uint8Array): IncomingBody => ({ pieces: pieces(content), size: content.length })

/** With the Content-Range that says where in the blob it begins. */
export const chunk = (content: Uint8Array, first: number): IncomingBody => ({
  ...body(content),
  range: { first, last: first + content.length - 1 },
})

/** What travels in the Location, and nothing else, from one request to the next. */
export function travel(registry: Registry, state: UploadState, to: Registry = registry): UploadState {
  return to.uploads.open(state.name, state.id, registry.uploads.seal(state))
}

/** Sends `content` in chunks, each with a Content-Range or none with one, each request knowing only the Location that the one before answered. */
export async function sendInChunks(
  registry: Registry,
  to: string,
  content: Uint8Array,
  { size, ranged, seen = () => {} }: { size: number; ranged: boolean; seen?: (sealed: string) => void },
): Promise<UploadState> {
  let state = registry.uploads.start(name(to))
  for (let at = 0; at < content.length; at += size) {
    const part = content.subarray(at, at + size)
    state = await registry.uploads.append(travel(registry, state), ranged ? chunk(part, at) : body(part))
    seen(registry.uploads.seal(state))
  }
  return travel(registry, state)
}

/** The blob's bytes as a repository serves them. */
export async function blobBytes(registry: Registry, from: string, digest: Digest): Promise<Buffer | undefined> {
  const blob = await registry.blobs.open(name(from), digest)
  return blob && gather(blob.body)
}
