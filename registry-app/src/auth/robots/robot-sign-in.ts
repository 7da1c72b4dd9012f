import { timingSafeEqual } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { StorageDriver } from '../../storage/driver.ts'
import type { Robot } from '../identity.ts'
import { type SignIn, WrongCredentials } from '../sign-in.ts'
import { storedObjects } from '../stored-objects.ts'
import { isThere, isTokenId, readRobot, robotBelieved, robotIds, type StoredRobot } from './robot-objects.ts'
import { hashOfToken, looksLikeRobotToken, readRobotToken } from './robot-token.ts'

export interface RobotSignInOptions {
  driver: StorageDriver
  /** Is told what somebody has to look after. */
  warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Is told who was turned away; the name only of a token that is there. */
  refused: (why: string, name: string | undefined, address: string | undefined) => void
  /** A clock for durations, in milliseconds. */
  clock: () => number
  /** Milliseconds since 1970. */
  now: () => number
}

/** Milliseconds. */
const seldom = 1000
const patience = 5000
/** Tokens that are not there, and whose holders go on trying. */
const mostGone = 1000

interface Known {
  readonly stored: StoredRobot
  /** One object for each token: what rules say of it is remembered with it. */
  readonly identity: Robot
  /** When it was there. */
  seenAt: number
}

/** Robots, by tokens that `kit token` has made, in place of the password. What is sent as the user's name does not matter. */
export function robotSignIn({ driver, warn, refused, clock, now }: RobotSignInOptions): SignIn {
  let robots: ReadonlyMap<string, Known> = new Map()
  /** Who uses no tokens shall not pay for looking, again and again, whether there are some. */
  let used = false
  let lookedForNew = Number.NEGATIVE_INFINITY
  /** When it was looked for those in vain. */
  const gone = new LRUCache<string, number>({ maxSize: mostGone, sizeCalculation: () => 1 })
  const looking = new Map<string, Promise<void>>()

  async function read(id: string, signal?: AbortSignal): Promise<Known | 'unreadable' | undefined> {
    const seenAt = clock()
    const stored = await readRobot(driver, id, signal)
    if (stored === 'unreadable')
      warn(`the token ${id} is none that this release can read; revoke it by kit token revoke, and create another`)
    if (stored === undefined || stored === 'unreadable') return stored
    return { stored, seenAt, identity: { kind: 'robot', name: stored.name, grants: stored.grants } }
  }

  async function findNew(id: string): Promise<void> {
    const began = clock()
    const found = await read(id, AbortSignal.timeout(patience))
    if (found === undefined || found === 'unreadable') gone.set(id, began)
    else robots = new Map([...robots, [id, found]])
  }

  /** One that is there is never changed, so that is all there is to ask. */
  async function seeAgain(id: string, known: Known): Promise<void> {
    const began = clock()
    const there = await isThere(driver, id, AbortSignal.timeout(patience)).catch(error => {
      warn(`it cannot be seen whether the robots' tokens are still in the storage; those who were known stay`, { error })
      return true
    })
    if (there) known.seenAt = began
    else robots = new Map([...robots].filter(([each]) => each !== id))
  }

  /** @returns a promise where it has to be looked whether that token is there: many who ask wait for one look */
  function certain(id: string): Promise<void> | undefined {
    const known = robots.get(id)
    const lookedAt = known?.seenAt ?? gone.get(id)
    if (lookedAt !== undefined && clock() - lookedAt < robotBelieved) return undefined
    const found = looking.get(id) ?? (known ? seeAgain(id, known) : findNew(id)).finally(() => looking.delete(id))
    looking.set(id, found)
    return found
  }

  /** Who has just made a token wants to use it now. Who makes them up has the storage asked once a second. */
  function certainOrSeldom(id: string): Promise<void> | undefined {
    if (robots.has(id)) return certain(id)
    if (clock() - lookedForNew < seldom) return undefined
    lookedForNew = clock()
    return certain(id)
  }

  const fresh = storedObjects<Known | 'unreadable'>({
    what: "the robots' tokens in the storage",
    list: signal => robotIds(driver, signal),
    read,
    take(known) {
      robots = new Map([...known].flatMap(([id, robot]) => (robot === 'unreadable' ? [] : [[id, robot] as const])))
    },
    warn,
    clock,
  })

  const lives = ({ stored }: Known) => stored.expires === undefined || now() < stored.expires

  return {
    fresh: () => (used ? fresh() : undefined),
    recognises: ({ password }) => looksLikeRobotToken(Buffer.from(password).toString('latin1')),

    async prove({ password }, { address }) {
      const token = readRobotToken(Buffer.from(password).toString('latin1'))
      const fail = (why: string, name?: string) => {
        refused(why, name, address)
        return new WrongCredentials('the token is wrong, was revoked, or has expired')
      }
      // By its checksum, so that what was cut short while it was copied costs nothing.
      if (!token) throw fail('no robot token')
      used = true
      await fresh()
      await certainOrSeldom(token.id)
      const found = robots.get(token.id)
      if (!found || !isSame(hashOfToken(token.text), found.stored.hash)) throw fail('unknown robot token')
      if (!lives(found)) throw fail('expired robot token', found.stored.name)
      const { expires } = found.stored
      return {
        identity: found.identity,
        mark: token.id,
        holds: () => robots.get(token.id) === found && lives(found) && clock() - found.seenAt < robotBelieved,
        ...(expires === undefined ? {} : { until: expires }),
      }
    },

    certain: ({ kind, mark }) => (kind === 'robot' && isTokenId(mark) ? certain(mark) : undefined),

    recall({ kind, name, mark }) {
      if (kind !== 'robot') return undefined
      const found = robots.get(mark)
      return found && found.stored.name === name && lives(found) ? found.identity : undefined
    },
  }
}

const isSame = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other))
