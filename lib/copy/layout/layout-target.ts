import { queue } from '../../../registry-app/src/concurrency/queue.ts'
import type { ImageTarget, RawManifest } from '../../registry-client/ports.ts'
import { type LayoutWriter, once } from './files.ts'
import { blobPath, type LayoutEntry, layoutIndex, namesOf, readLayoutIndex, refName } from './layout-index.ts'

/** A target of files, which is there when it is finished. */
export interface FileTarget extends ImageTarget {
  finish(): Promise<void>
  abandon(): Promise<void>
}

export interface LayoutTargetOptions {
  /** What else an entry says of itself. @param tag of the image */
  readonly annotate?: (tag: string) => Readonly<Record<string, string>>
  /** Called before the end, with all entries: for what else goes into an archive. */
  readonly complete?: (entries: readonly LayoutEntry[]) => Promise<void>
}

/** An OCI image layout to be written, beside what it has already. */
export async function layoutTarget(
  writer: LayoutWriter,
  { annotate = () => ({}), complete }: LayoutTargetOptions = {},
): Promise<FileTarget> {
  const entries = new Map<string, LayoutEntry>()
  for (const entry of (await readLayoutIndex(writer)) ?? []) entries.set(keyOf(entry), entry)
  // An index that is written while another is would lose an image.
  const turn = queue(1)
  const writeSmall = (path: string, content: Buffer) => writer.write(path, content.length, () => once(content))

  async function finishIndex(all: readonly LayoutEntry[]): Promise<void> {
    if ((await writer.sizeOf('oci-layout')) === undefined) await writeSmall('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}\n'))
    await writeSmall('index.json', layoutIndex(all))
  }

  async function list(entry: LayoutEntry): Promise<void> {
    await turn.enter(1)
    try {
      entries.set(keyOf(entry), entry)
      if (!complete) await finishIndex([...entries.values()])
    } finally {
      turn.leave(1)
    }
  }

  const has = async (digest: RawManifest['digest'], size?: number) => {
    const found = await writer.sizeOf(blobPath(digest))
    return found !== undefined && (size === undefined || found === size)
  }

  return {
    title: writer.title,
    tags: async () => [...entries.values()].map(entry => namesOf(entry).tag).filter(tag => tag !== undefined),
    resolve: async tag => [...entries.values()].find(entry => namesOf(entry).tag === tag)?.digest,
    hasManifest: digest => has(digest),
    hasBlob: ({ digest, size }) => has(digest, size),
    mount: async () => false,
    putBlob: ({ digest, size }, open) => writer.write(blobPath(digest), size, open),

    async putManifest(reference, { content, digest, mediaType }, { inner, subject }) {
      if (!(await has(digest, content.length))) await writeSmall(blobPath(digest), Buffer.from(content))
      // What an index names is found by it; what refers to an image is found nowhere else.
      if (inner && !subject) return
      const tag = reference === digest ? undefined : reference
      const annotations = tag === undefined ? {} : { annotations: { [refName]: tag, ...annotate(tag) } }
      await list({ mediaType, digest, size: content.length, ...annotations })
    },

    async deleteTag() {
      throw new Error('a layout keeps its tags')
    },

    async finish() {
      if (complete) {
        const all = [...entries.values()]
        await complete(all)
        await finishIndex(all)
      }
      await writer.finish()
    },
    abandon: () => writer.abandon(),
  }
}

/** One image for each tag, and each without one once. */
const keyOf = (entry: LayoutEntry) => namesOf(entry).tag ?? entry.digest
