import type { Key } from '../../storage/driver.ts'

/** Some events of a queue, in order. */
export interface Chunk {
  readonly sequence: number
  /** Where it is kept, once it is. */
  key: Key | undefined
  /** Absent: it lies in the storage alone. */
  items: Item[] | undefined
  count: number
  bytes: number
  /** Some of what is kept was delivered since. */
  progressed: boolean
  /** Its first event is on its way. */
  busy: boolean
}

export interface Item {
  /** JSON, on one line. */
  readonly event: string
  /** Milliseconds, by the queue's clock. */
  readonly since: number
  kept: boolean
}

/** What one holds at most. */
const most = { events: 500, bytes: 512 * 1024 }

export const emptyChunk = (sequence: number): Chunk & { items: Item[] } => ({
  sequence,
  key: undefined,
  items: [],
  count: 0,
  bytes: 0,
  progressed: false,
  busy: false,
})

export const hasRoom = ({ items, count, bytes }: Chunk): boolean => items !== undefined && count < most.events && bytes < most.bytes

/** Whether the storage should have it, or have it otherwise than it does. @param before what has waited since then, or longer */
export function isDue({ key, items, progressed }: Chunk, before: number): boolean {
  if (!items || items.length === 0) return false
  return (progressed && key !== undefined) || items.some(({ kept, since }) => !kept && since <= before)
}

export const textOf = (items: readonly Item[]): string => items.map(({ event }) => event).join('\n')

export const itemsFrom = (text: string): Item[] => text.split('\n').map(event => ({ event, since: 0, kept: true }))
