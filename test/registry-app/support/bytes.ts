import { createHash } from 'node:crypto'
import type { Digest } from '../../../registry-app/src/registry/digest.ts'
import type { Key, ListOptions, StorageDriver } from '../../../registry-app/src/storage/driver.ts'

export const KiB = 1024
export const MiB = 1024 * KiB

export const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A prime: what is cut at a round number comes nowhere again. */
const period = 65_537

/** Bytes that differ from place to place, so that a piece which is lost, doubled or moved is seen. The same for the same arguments. */
export function content(size: number, seed = 1): Buffer<ArrayBuffer> {
  const block = Buffer.allocUnsafe(Math.min(size, period))
  let state = (seed * 0x9e3779b9) >>> 0
  for (let at = 0; at < block.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    if (at + 4 <= block.length) block.writeUInt32LE(state, at)
    else for (let rest = at; rest < block.length; rest += 1) block[rest] = state >>> (8 * (rest - at))
  }
  return size > period ? Buffer.alloc(size, block) : block
}

/** As a socket gives them. */
export async function* pieces(whole: Uint8Array, size = 64 * KiB): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
}

export async function* failing(before: Uint8Array, message: string): AsyncGenerator<Uint8Array> {
  yield* pieces(before)
  throw new Error(message)
}

/** All of a body. Copied piece by piece: a driver may overwrite each after the next was asked for. */
export async function gather(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const piece of body) chunks.push(Uint8Array.from(piece))
  return Buffer.concat(chunks)
}

/** The whole object, or `undefined`. */
export async function bytesAt(driver: StorageDriver, key: Key): Promise<Buffer | undefined> {
  const object = await driver.get(key)
  return object && gather(object.body)
}

/** The keys and folded prefixes of a listing, each as the driver gave them. */
export async function listed(driver: StorageDriver, prefix: Key, options?: ListOptions): Promise<{ keys: Key[]; prefixes: Key[] }> {
  const keys: Key[] = []
  const prefixes: Key[] = []
  for await (const page of driver.list(prefix, options)) {
    keys.push(...page.objects.map(({ key }) => key))
    prefixes.push(...page.prefixes)
  }
  return { keys, prefixes }
}

export const keysUnder = async (driver: StorageDriver, prefix: Key): Promise<Key[]> => (await listed(driver, prefix)).keys

export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  return Array.fromAsync(items)
}

export const sha256 = (of: Uint8Array | string): Digest => `sha256:${createHash('sha256').update(of).digest('hex')}`
export const sha512 = (of: Uint8Array | string): Digest => `sha512:${createHash('sha512').update(of).digest('hex')}`
