import { randomBytes } from 'node:crypto'
import {
  deleteRobots,
  isTokenId,
  readRobot,
  robotBelieved,
  robotIds,
  type StoredRobot,
  writeRobot,
} from '../../registry-app/src/auth/robots/robot-objects.ts'
import { hashOfToken, newRobotToken } from '../../registry-app/src/auth/robots/robot-token.ts'
import { isStorableName, storableNames } from '../../registry-app/src/auth/user-objects.ts'
import type { StorageDriver } from '../../registry-app/src/storage/driver.ts'
import { openStorageOf, type StoragePlace, type StorageSurroundings } from '../storage/open-storage-of.ts'
import { UsageError } from '../usage-error.ts'
import { readExpiry } from './read-expiry.ts'
import { readGrants } from './read-grants.ts'

export type TokenPlace = StoragePlace

export interface NewToken {
  readonly repository?: readonly string[]
  readonly actions: string
  /** Whether somebody has written the actions. */
  readonly actionsGiven?: boolean
  readonly expires: string
}

export interface TokensSetting extends StorageSurroundings {
  readonly out: (text: string) => void
  readonly now: () => Date
  /** Ends after so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<unknown>
}

/** @returns the exit code @throws UsageError, ConfigError */
export async function createToken(name: string, options: NewToken & TokenPlace, setting: TokensSetting): Promise<number> {
  if (!isStorableName(name)) throw new UsageError(`a robot's name has ${storableNames}`)
  const now = setting.now().getTime()
  const [grants, expires] = [readGrants(options), readExpiry(options.expires, now)]
  const driver = await open(options, setting)
  const { id, text } = newRobotToken(randomBytes)
  await writeRobot(driver, id, { name, hash: hashOfToken(text), grants, created: now, expires })
  setting.error(`${id} of ${name} is made, ${endOf(expires)}; this is the only time that it is shown\n`)
  // By itself, so that a script can take it.
  setting.out(`${text}\n`)
  return 0
}

/** @returns the exit code @throws UsageError, ConfigError */
export async function listTokens(options: TokenPlace, setting: TokensSetting): Promise<number> {
  const driver = await open(options, setting)
  const now = setting.now().getTime()
  for (const { id, robot } of await all(driver)) {
    const line = robot === 'unreadable' ? ['?', 'of a later release'] : describe(robot, now)
    setting.out(`${[id, ...line].join('\t')}\n`)
  }
  return 0
}

/**
 * Ends when no replica takes it any more: what comes next in a script may count on that.
 *
 * @returns the exit code: 1 if there is none @throws UsageError, ConfigError
 */
export async function revokeToken(idOrName: string, options: TokenPlace, setting: TokensSetting): Promise<number> {
  const driver = await open(options, setting)
  const meant = (await all(driver)).filter(({ id, robot }) => id === idOrName || (robot !== 'unreadable' && robot.name === idOrName))
  // An id could be somebody's name too.
  const exact = isTokenId(idOrName) ? meant.filter(({ id }) => id === idOrName) : []
  const ids = (exact.length > 0 ? exact : meant).map(({ id }) => id)
  if (ids.length === 0) {
    setting.error(`there is no token ${idOrName}\n`)
    return 1
  }
  await deleteRobots(driver, ids)
  for (const id of ids) setting.error(`${id} is deleted\n`)
  setting.error(`until every replica has seen that: ${robotBelieved / 1000} seconds …\n`)
  await setting.wait(robotBelieved)
  setting.error('no replica takes it any more\n')
  return 0
}

const open = (place: TokenPlace, setting: TokensSetting) => openStorageOf(place, 'tokens', setting)

async function all(driver: StorageDriver) {
  const found: { id: string; robot: StoredRobot | 'unreadable' }[] = []
  for (const id of await robotIds(driver)) {
    const robot = await readRobot(driver, id)
    if (robot) found.push({ id, robot })
  }
  return found
}

function describe({ name, grants, created, expires }: StoredRobot, now: number): string[] {
  const what = grants.map(({ repositories, actions }) => `${actions.join(',')} in ${repositories.join(' ')}`)
  const ended = expires !== undefined && expires <= now ? 'has expired' : endOf(expires)
  return [name, what.join('; ') || `what rules give to robot:${name}`, `made ${day(created)}`, ended]
}

const endOf = (expires: number | undefined) =>
  expires === undefined ? 'for good' : `until ${new Date(expires).toISOString().slice(0, 16)}Z`
const day = (time: number) => new Date(time).toISOString().slice(0, 10)
