import { tokenKeysPath } from '../../registry/paths.ts'
import type { StorageDriver } from '../../storage/driver.ts'
import type { Seal } from '../../storage/seal.ts'

/*
 * The keys that tokens are signed with, as objects of the storage: `_registry/token-keys/<time>-<id>`, each with its private half (sealed) in JSON.
 *
 * None is ever changed. Replicas that make one at the same time have both, which harms nobody: each is believed, and the later one signs.
 */

/** A key as it is kept. */
export interface StoredKey {
  /** Its name in tokens (`kid`), and in the storage. The later of two sorts behind. */
  readonly id: string
  /** Milliseconds since 1970. */
  readonly made: number
  /** A private key of P-256, PKCS #8 in PEM. */
  readonly pem: string
}

export interface KeyObjects {
  /** All that are there, the earliest first. One request. */
  ids(): Promise<readonly string[]>
  /** @returns `undefined` if it is gone, or of a later release @throws SealError */
  read(id: string): Promise<StoredKey | undefined>
  write(key: StoredKey): Promise<void>
  delete(ids: readonly string[]): Promise<void>
}

/** @param random differs from key to key; at least 64 bits in a-z and 0-9 */
export const keyId = (made: number, random: string) => `${String(made).padStart(15, '0')}-${random}`

const pattern = /^(\d{15})-[a-z0-9]{8,64}$/
const madeOf = (id: string) => Number(pattern.exec(id)?.[1])

/** Milliseconds for each request: somebody waits for his token. */
const patience = 5000
const format = 1

export function keyObjects(driver: StorageDriver, seal: Seal): KeyObjects {
  const keyOf = (id: string) => tokenKeysPath + id
  const soon = () => ({ signal: AbortSignal.timeout(patience) })

  return {
    async ids() {
      const found: string[] = []
      for await (const { objects } of driver.list(tokenKeysPath, soon())) {
        found.push(...objects.map(({ key }) => key.slice(tokenKeysPath.length)).filter(id => pattern.test(id)))
      }
      return found
    },

    async read(id) {
      const content = await driver.read(keyOf(id), { ...soon(), limit: 16 * 1024 })
      const sealed = content && sealedKey(Buffer.from(content).toString())
      return sealed === undefined ? undefined : { id, made: madeOf(id), pem: seal.open(sealed, keyOf(id)) }
    },

    write: ({ id, pem }) => driver.put(keyOf(id), Buffer.from(JSON.stringify({ format, key: seal.close(pem, keyOf(id)) })), soon()),

    delete: ids => driver.delete(ids.map(keyOf), soon()),
  }
}

function sealedKey(text: string): string | undefined {
  try {
    const stored: unknown = JSON.parse(text)
    if (typeof stored !== 'object' || stored === null || !('format' in stored && stored.format === format && 'key' in stored))
      return undefined
    return typeof stored.key === 'string' ? stored.key : undefined
  } catch {
    return undefined
  }
}
