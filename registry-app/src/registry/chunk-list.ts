import type { CallOptions, Key, StorageDriver } from '../storage/driver.ts'
import { uploadPath } from './paths.ts'
import type { UploadState } from './upload-state.ts'

/** With so many names in it the URL stays below 2 KB; Node answers 431 above 16 KB of headers, nginx above 8. */
const namesInUrl = 16

/** Far more chunks than any client sends: 100,000 of 64 KiB are 6.5 GB. */
const listLimit = 4 * 1024 * 1024

/**
 * Adds a chunk to the upload. Beyond what the URL carries, the names go into a list in storage.
 *
 * Each list is a new object that holds all the earlier names: two clients on one Location cannot change one another's.
 */
export async function addChunk(
  driver: StorageDriver,
  state: UploadState,
  chunk: string,
  randomName: () => string,
  options?: CallOptions,
): Promise<Pick<UploadState, 'chunks' | 'list'>> {
  const chunks = [...state.chunks, chunk]
  if (chunks.length <= namesInUrl) return { chunks, list: state.list }
  const names = [...(await listedNames(driver, state, options)), ...chunks]
  const list = `list-${randomName()}`
  await driver.put(uploadPath(state.name, state.id) + list, Buffer.from(names.join('\n')), options)
  return { chunks: [], list }
}

/** The keys of all chunks of the upload, in the order of their bytes. */
export async function chunkKeys(driver: StorageDriver, state: UploadState, options?: CallOptions): Promise<Key[]> {
  const names = [...(await listedNames(driver, state, options)), ...state.chunks]
  return names.map(name => uploadPath(state.name, state.id) + name)
}

async function listedNames(driver: StorageDriver, state: UploadState, options?: CallOptions): Promise<string[]> {
  if (!state.list) return []
  const key = uploadPath(state.name, state.id) + state.list
  const content = await driver.read(key, { ...options, limit: listLimit })
  if (!content) throw new Error(`the list of chunks ${key} is gone`)
  return Buffer.from(content).toString('latin1').split('\n')
}
