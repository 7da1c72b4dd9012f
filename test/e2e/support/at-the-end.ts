import { afterAll } from 'vitest'

const undoing: (() => Promise<unknown>)[] = []

/** To be undone when the file's tests have run, last things first. Unlike `afterAll`, it may be called in a hook. */
export function atTheEnd(undo: () => Promise<unknown>): void {
  undoing.unshift(undo)
}

// Registered while the file that imports this is collected.
afterAll(async () => {
  for (const undo of undoing) await undo()
})
