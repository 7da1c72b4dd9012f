import { asDigest, type Digest } from '../../../registry-app/src/registry/digest.ts'
import { mediaTypes } from '../../../registry-app/src/registry/media-types.ts'
import { parseTag } from '../../../registry-app/src/registry/name.ts'
import type { LayoutFiles } from './files.ts'

/** An entry of `index.json` (OCI image specification, `image-layout.md`); what we do not know stays as it is. */
export interface LayoutEntry {
  readonly mediaType: string
  readonly digest: Digest
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

export const refName = 'org.opencontainers.image.ref.name'
/** How containerd, and with it docker, calls an image in full. */
const containerdName = 'io.containerd.image.name'

const largest = 64 * 1024 * 1024

/** @returns `undefined` if there is no layout @throws Error if there is one that cannot be read */
export async function readLayoutIndex(files: Pick<LayoutFiles, 'read' | 'title'>): Promise<LayoutEntry[] | undefined> {
  const content = await files.read('index.json', largest)
  if (!content) return undefined
  try {
    const { manifests } = JSON.parse(content.toString()) as { manifests: LayoutEntry[] }
    for (const { digest, mediaType } of manifests)
      if (asDigest(digest) === undefined || typeof mediaType !== 'string') throw new Error('an entry without a digest')
    return manifests
  } catch (cause) {
    throw new Error(`the index.json of ${files.title} cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

export const layoutIndex = (manifests: readonly LayoutEntry[]): Buffer =>
  Buffer.from(`${JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests })}\n`)

export const blobPath = (digest: Digest): string => `blobs/${digest.replace(':', '/')}`

/** What an entry is called: in full where that is known. */
export function namesOf({ annotations = {} }: LayoutEntry): { readonly full: string | undefined; readonly tag: string | undefined } {
  const name = annotations[refName]
  return { full: annotations[containerdName] ?? name, tag: tagOf(name) ?? tagOf(annotations[containerdName]) }
}

/** The tag of a name, or the name if it is one; `undefined` for what cannot be a tag. */
export function tagOf(name: string | undefined): string | undefined {
  const tag = name?.replace(/@.*$/, '').replace(/^.*[/:](?=[^/:]*$)/, '')
  try {
    return tag === undefined || (name?.includes('/') && !/:[^/]*$/.test(name)) ? undefined : parseTag(tag)
  } catch {
    return undefined
  }
}

/** Whether somebody means this image by that: its name in full, with or without the host that docker leaves out, or its tag. */
export function isCalled(full: string | undefined, wanted: string): boolean {
  const short = (name: string) => name.replace(/^docker\.io\/(library\/)?/, '')
  if (full === undefined) return false
  return full === wanted || short(full) === short(wanted) || tagOf(full) === wanted
}
