import { timingSafeEqual } from 'node:crypto'
import type { StorageDriver } from '../../storage/driver.ts'
import type { Robot } from '../identity.ts'
import { type SignIn, WrongCredentials } from '../sign-in.ts'
import { storedObjects } from '../stored-objects.ts'
import { readRobot, robotIds, type StoredRobot } from './robot-objects.ts'
import { hashOfToken, looksLikeRobotToken, readRobotToken } from './robot-token.ts'

export interface RobotSignInOptions {
  driver: StorageDriver
  /** Whether tokens of ours (`local/`) come here that another replica has given to robots: then they must be known before the first one comes. */
  shared: boolean
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

interface Known {
  readonly stored: StoredRobot
  /** One object for each token: what rules say of it is remembered with it. */
  readonly identity: Robot
}

/** Robots, by tokens that `kit token` has made, in place of the password. What is sent as the user's name does not matter. */
export function robotSignIn({ driver, shared, warn, refused, clock, now }: RobotSignInOptions): SignIn {
  let robots: ReadonlyMap<string, Known> = new Map()
  /** Who uses no tokens shall not pay for looking, again and again, whether there are some. */
  let used = false
  let mayBeThere = shared
  let lookedForNew = Number.NEGATIVE_INFINITY

  async function read(id: string, signal?: AbortSignal): Promise<Known | 'unreadable' | undefined> {
    const stored = await readRobot(driver, id, signal)
    if (stored === 'unreadable')
      warn(`the token ${id} is none that this release can read; revoke it by kit token revoke, and create another`)
    if (stored === undefined || stored === 'unreadable') return stored
    return { stored, identity: { kind: 'robot', name: stored.name, grants: stored.grants } }
  }

  /** Who has just made a token wants to use it now. Who makes them up has the storage asked once a second. */
  async function findNew(id: string): Promise<Known | undefined> {
    if (clock() - lookedForNew < seldom) return undefined
    lookedForNew = clock()
    const found = await read(id, AbortSignal.timeout(patience))
    if (found === undefined || found === 'unreadable') return undefined
    robots = new Map([...robots, [id, found]])
    return found
  }

  const fresh = storedObjects<Known | 'unreadable'>({
    what: "the robots' tokens in the storage",
    list: signal => robotIds(driver, signal),
    read,
    take(known) {
      mayBeThere = known.size > 0
      robots = new Map([...known].flatMap(([id, robot]) => (robot === 'unreadable' ? [] : [[id, robot] as const])))
    },
    warn,
    clock,
  })

  const lives = ({ stored }: Known) => stored.expires === undefined || now() < stored.expires

  return {
    fresh: () => (used || mayBeThere ? fresh() : undefined),
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
      const found = robots.get(token.id) ?? (await findNew(token.id))
      if (!found || !isSame(hashOfToken(token.text), found.stored.hash)) throw fail('unknown robot token')
      if (!lives(found)) throw fail('expired robot token', found.stored.name)
      const { expires } = found.stored
      return {
        identity: found.identity,
        mark: token.id,
        holds: () => robots.get(token.id) === found && lives(found),
        ...(expires === undefined ? {} : { until: expires }),
      }
    },

    recall({ kind, name, mark }) {
      if (kind !== 'robot') return undefined
      used = true
      const found = robots.get(mark)
      return found && found.stored.name === name && lives(found) ? found.identity : undefined
    },
  }
}

const isSame = (one: string, other: string) => timingSafeEqual(Buffer.from(one), Buffer.from(other))
