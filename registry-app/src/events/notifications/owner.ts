/** Who keeps a queue. */
export interface Owner {
  /** Another one after each start. */
  readonly instance: string
  readonly host: string
  readonly pid: number
}

export interface Process extends Owner {
  /** Whether a process of this machine lives. */
  isAlive?(pid: number): boolean
}

export interface Surroundings {
  /** When the owner was last heard of, and what time it is now, both by the store's clock. */
  readonly marked: Date
  readonly storeNow: Date
  readonly process: Process
  /** The storage belongs to this machine: its processes can be looked for. */
  readonly sameMachine: boolean
}

/** An owner is heard of every twenty seconds. */
const silence = 90_000

/** Whether an owner has died without a word. */
export function isStale(content: Uint8Array, { marked, storeNow, process, sameMachine }: Surroundings): boolean {
  if (storeNow.getTime() - marked.getTime() > silence) return true
  const owner = sameMachine ? parse(content) : undefined
  if (owner?.host !== process.host || owner.instance === process.instance) return false
  // In a container that was started again, the dead process had our number.
  return owner.pid === process.pid || process.isAlive?.(owner.pid) === false
}

function parse(content: Uint8Array): (Partial<Owner> & { pid: number }) | undefined {
  try {
    const owner: unknown = JSON.parse(Buffer.from(content).toString())
    if (typeof owner !== 'object' || owner === null || !('pid' in owner) || typeof owner.pid !== 'number') return undefined
    return owner as Partial<Owner> & { pid: number }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
