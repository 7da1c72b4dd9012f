import type { Worker } from 'node:worker_threads'
import type { BcryptHash } from './bcrypt-hash.ts'

export interface Check {
  readonly password: Uint8Array
  readonly hash: BcryptHash
  /** A no takes as long as for a hash of this cost. */
  readonly slowest: number
}

/** Whether it is the password. One check after another: whoever asks waits for the answer before asking again. */
export type Checker = (check: Check) => Promise<boolean>

/**
 * Checks passwords in a thread of its own, so that nobody else's request waits for one.
 *
 * The thread starts with the first check, and ends when it had none for a while: it holds some megabytes.
 *
 * @param start starts `bcrypt-worker.ts`
 * @param idleFor milliseconds
 */
export function bcryptThread(start: () => Promise<Worker>, idleFor: number): Checker {
  let thread: Promise<Worker> | undefined
  let idle: NodeJS.Timeout | undefined

  const end = () => {
    const ending = thread
    thread = undefined
    void ending?.then(
      worker => worker.terminate(),
      () => {},
    )
  }

  return async check => {
    clearTimeout(idle)
    thread ??= start()
    try {
      return await ask(await thread, check)
    } catch (error) {
      end()
      throw error
    } finally {
      idle = setTimeout(end, idleFor).unref()
    }
  }
}

function ask(worker: Worker, check: Check): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settled = (settle: () => void) => {
      worker.off('message', answered).off('error', failed).off('exit', ended)
      // A thread that has nothing to do keeps no process alive.
      worker.unref()
      settle()
    }
    const answered = (matches: boolean) => settled(() => resolve(matches))
    const failed = (error: Error) => settled(() => reject(error))
    const ended = (code: number) => settled(() => reject(new Error(`the thread that checks passwords ended with ${code}`)))
    worker.on('message', answered).on('error', failed).on('exit', ended)
    worker.ref()
    worker.postMessage(check)
  })
}
