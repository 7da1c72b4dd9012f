import { createHash } from 'node:crypto'
import { referencesPath } from '../registry/paths.ts'
import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import type { DigestSet } from './digest-set.ts'
import { decodeRecords, encodeRecord, type ReferenceRecord } from './reference-records.ts'

/** What was learnt of manifests, in this run and in earlier ones: since they never change, each is read once. */
export interface KnownManifests {
  /** All of them, read anew from the storage each time: they need not fit into memory. */
  each(options?: CallOptions): AsyncIterable<ReferenceRecord>
  learn(record: ReferenceRecord): Promise<void>
  /** The same for this run alone: what a damaged manifest seems to name says nothing of the whole one that may be pushed again. */
  guess(record: ReferenceRecord): void
  /** Keeps what was learnt for the next run. @param used manifests that are still there; what is known of others may go */
  save(used: DigestSet, options?: CallOptions): Promise<void>
}

/** Of one object, in bytes. */
const usualSize = 4 * 1024 * 1024
const largest = 2 * usualSize
/** More objects than this beyond what full ones would take are rewritten. */
const mostSmall = 16

/** @param keep whether anything may be written */
export async function knownManifests(driver: StorageDriver, keep: boolean, options?: CallOptions): Promise<KnownManifests> {
  const stored: { key: Key; size: number }[] = []
  for await (const { objects } of driver.list(referencesPath, options)) stored.push(...objects)
  const unsaved: Buffer[] = []
  const guessed: Buffer[] = []
  let gathered: Buffer[] = []
  let size = 0

  /** Named for what it holds: what is damaged is told by its name, and not believed. */
  const write = async (content: Buffer, call?: CallOptions) => {
    const key = referencesPath + createHash('sha256').update(content).digest('hex')
    await driver.put(key, content, call)
    return { key, size: content.length }
  }

  async function* contents(call?: CallOptions): AsyncGenerator<Buffer> {
    for (const { key } of [...stored]) {
      const content = await driver.read(key, { ...call, limit: largest })
      // Taken away by another run that wrote the same anew, or damaged: then those manifests are read again.
      if (content && key === referencesPath + createHash('sha256').update(content).digest('hex')) yield Buffer.from(content)
    }
    yield* [...unsaved]
    yield* [...gathered]
  }

  async function flush(call?: CallOptions) {
    if (size === 0) return
    const content = Buffer.concat(gathered)
    gathered = []
    size = 0
    if (keep) stored.push(await write(content, call))
    else unsaved.push(content)
  }

  async function learn(record: ReferenceRecord) {
    const encoded = encodeRecord(record)
    gathered.push(encoded)
    size += encoded.length
    if (size >= usualSize) await flush()
  }

  return {
    async *each(call) {
      for await (const content of contents(call)) yield* decodeRecords(content)
      for (const record of [...guessed]) yield* decodeRecords(record)
    },

    learn,
    guess: record => void guessed.push(encodeRecord(record)),

    async save(used, call) {
      if (!keep) return
      await flush(call)
      const full = stored.reduce((sum, each) => sum + each.size, 0) / usualSize
      if (stored.length <= full + mostSmall) return
      const old = stored.map(({ key }) => key)
      const records = decodeAll(contents(call))
      const fresh = new Set<Key>()
      let pending: Buffer[] = []
      let bytes = 0
      const close = async () => {
        if (bytes > 0) fresh.add((await write(Buffer.concat(pending), call)).key)
        pending = []
        bytes = 0
      }
      for await (const record of records) {
        if (!used.has(record.digest)) continue
        pending.push(encodeRecord(record))
        bytes += pending.at(-1)?.length ?? 0
        if (bytes >= usualSize) await close()
      }
      await close()
      await driver.delete(
        old.filter(key => !fresh.has(key)),
        call,
      )
    },
  }
}

async function* decodeAll(contents: AsyncIterable<Buffer>): AsyncGenerator<ReferenceRecord> {
  for await (const content of contents) yield* decodeRecords(content)
}
