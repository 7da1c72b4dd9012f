import { algorithmOf, type Digest, hexOf } from '../registry/digest.ts'
import type { References } from './references.ts'

/** What was learnt of one manifest. */
export interface ReferenceRecord extends References {
  readonly digest: Digest
}

/*
 * A record: the manifest's 32 bytes, the number of its references (4 bytes), and each as a byte that says what it is and its 32 or 64 bytes.
 */
const kinds = ['blobs', 'manifests', 'subject'] as const
const isLong = 0x80

export function encodeRecord({ digest, blobs, manifests, subject }: ReferenceRecord): Buffer {
  const lists = [blobs, manifests, subject ? [subject] : []]
  const count = Buffer.alloc(4)
  count.writeUInt32BE(lists.reduce((sum, list) => sum + list.length, 0))
  const parts = lists.flatMap((list, kind) => list.flatMap(each => [Buffer.from([kind | lengthFlag(each)]), raw(each)]))
  return Buffer.concat([raw(digest), count, ...parts])
}

const raw = (digest: Digest) => Buffer.from(hexOf(digest), 'hex')
const lengthFlag = (digest: Digest) => (algorithmOf(digest) === 'sha512' ? isLong : 0)

export function* decodeRecords(content: Buffer): Generator<ReferenceRecord> {
  for (let at = 0; at < content.length; ) {
    const digest: Digest = `sha256:${content.toString('hex', at, at + 32)}`
    const count = content.readUInt32BE(at + 32)
    at += 36
    const found: Record<(typeof kinds)[number], Digest[]> = { blobs: [], manifests: [], subject: [] }
    for (let index = 0; index < count; index += 1) {
      const flags = content[at] ?? 0
      const [algorithm, length] = flags & isLong ? (['sha512', 64] as const) : (['sha256', 32] as const)
      const kind = kinds[flags & ~isLong]
      if (kind) found[kind].push(`${algorithm}:${content.toString('hex', at + 1, at + 1 + length)}`)
      at += 1 + length
    }
    yield { digest, blobs: found.blobs, manifests: found.manifests, subject: found.subject[0] }
  }
}
