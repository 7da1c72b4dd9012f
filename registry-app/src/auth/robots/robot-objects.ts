import { robotPath, robotsPath } from '../../registry/paths.ts'
import type { StorageDriver } from '../../storage/driver.ts'
import { compileGlob } from '../access/glob.ts'
import { actions } from '../access.ts'
import type { Grant } from '../identity.ts'
import { isStorableName } from '../user-objects.ts'

/*
 * Robots' tokens, as objects that all replicas share: `_registry/robots/<id>`, each the hash of a token in JSON, and what it is for. None is ever changed:
 * one that is revoked is deleted.
 */

export interface StoredRobot {
  /** By which rules and logs call it. Several tokens may have it: that is how one takes over from another. */
  readonly name: string
  /** SHA-256 of the whole token, in hexadecimal. */
  readonly hash: string
  readonly grants: readonly Grant[]
  /** Milliseconds since 1970. */
  readonly created: number
  /** Milliseconds since 1970; absent: it does not end. */
  readonly expires: number | undefined
}

/** So long a replica that has seen one goes on believing that it is there: after that, one that was revoked works nowhere. Milliseconds. */
export const robotBelieved = 5000

const format = 1
/** What can be granted in one, with room. Bytes. */
const most = 64 * 1024

/** The ids of all tokens, in their order. */
export async function robotIds(driver: StorageDriver, signal?: AbortSignal): Promise<string[]> {
  const ids: string[] = []
  for await (const { objects } of driver.list(robotsPath, { signal })) {
    for (const { key } of objects) {
      const id = key.slice(robotsPath.length)
      if (isTokenId(id)) ids.push(id)
    }
  }
  return ids
}

export const isTokenId = (text: string) => /^[0-9A-Za-z]{12}$/.test(text)

/** @returns `undefined` if it is gone meanwhile; `unreadable` if a later release has written it in a way that this one does not know */
export async function readRobot(driver: StorageDriver, id: string, signal?: AbortSignal): Promise<StoredRobot | 'unreadable' | undefined> {
  const content = await driver.read(robotPath(id), { limit: most, signal })
  return content && (robotIn(parse(Buffer.from(content).toString())) ?? 'unreadable')
}

/** Whether it was not revoked. */
export const isThere = async (driver: StorageDriver, id: string, signal: AbortSignal): Promise<boolean> =>
  (await driver.stat(robotPath(id), { signal })) !== undefined

export async function writeRobot(driver: StorageDriver, id: string, robot: StoredRobot): Promise<void> {
  const { created, expires, ...rest } = robot
  const dates = { created: new Date(created).toISOString(), ...(expires === undefined ? {} : { expires: new Date(expires).toISOString() }) }
  await driver.put(robotPath(id), Buffer.from(JSON.stringify({ format, ...rest, ...dates })))
}

export const deleteRobots = (driver: StorageDriver, ids: readonly string[]): Promise<void> => driver.delete(ids.map(robotPath))

/** What cannot be understood wholly, allows nothing. */
function robotIn(stored: unknown): StoredRobot | undefined {
  if (typeof stored !== 'object' || stored === null || !('format' in stored) || stored.format !== format) return undefined
  const { name, hash, grants, created, expires } = stored as Readonly<Record<string, unknown>>
  const [made, ends] = [dateIn(created), expires === undefined ? undefined : dateIn(expires)]
  if (typeof name !== 'string' || !isStorableName(name) || typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return undefined
  if (made === undefined || (expires !== undefined && ends === undefined)) return undefined
  if (!Array.isArray(grants) || !grants.every(isGrant)) return undefined
  return { name, hash, grants, created: made, expires: ends }
}

function isGrant(stored: unknown): stored is Grant {
  if (typeof stored !== 'object' || stored === null || !('repositories' in stored) || !('actions' in stored)) return false
  const { repositories, actions: allowed } = stored
  if (!Array.isArray(repositories) || !repositories.every(isGlob) || !Array.isArray(allowed)) return false
  return allowed.every(each => actions.some(action => action === each))
}

function isGlob(text: unknown): boolean {
  try {
    return typeof text === 'string' && compileGlob(text) !== undefined
  } catch {
    // A GlobError, for whoever wrote it; here nobody did.
    return false
  }
}

function dateIn(text: unknown): number | undefined {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
