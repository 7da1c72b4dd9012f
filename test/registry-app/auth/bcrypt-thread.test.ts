import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bcryptThread } from '../../../registry-app/src/auth/bcrypt-thread.ts'
import { eventually } from '../http/support/eventually.ts'

const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const ask = (password: string) => ({ password: Buffer.from(password), hash, slowest: 5 })

/** Threads with a program of the test's own, or the one that is shipped. */
function thread(program?: string, idleFor = 60_000) {
  const started: Worker[] = []
  const start = async () => {
    const worker =
      program === undefined
        ? new Worker(new URL('../../../registry-app/src/auth/bcrypt-worker.ts', import.meta.url))
        : new Worker(program, { eval: true })
    started.push(worker)
    onTestFinished(async () => void (await worker.terminate()))
    return worker
  }
  return { check: bcryptThread(start, idleFor), started }
}

const answering = `const { parentPort } = require('node:worker_threads')
parentPort.on('message', ({ password }) => parentPort.postMessage(Buffer.from(password).toString() === 'right'))`

describe('the thread that checks passwords', () => {
  test('tells right from wrong, and does all checks', async () => {
    const { check, started } = thread()
    expect(started).toHaveLength(0)
    expect(await check(ask('U*U'))).toBe(true)
    expect(await check(ask('U*U*'))).toBe(false)
    expect(started).toHaveLength(1)
  })

  test('ends when it has nothing to do, and starts again', async () => {
    const { check, started } = thread(answering, 1)
    expect(await check(ask('right'))).toBe(true)
    await eventually(() => started[0]?.threadId).toBe(-1)
    expect(await check(ask('right'))).toBe(true)
    expect(started).toHaveLength(2)
  })

  test.each([
    ['breaks', `require('node:worker_threads').parentPort.on('message', () => { throw new Error('out of memory') })`, 'out of memory'],
    ['ends', `require('node:worker_threads').parentPort.on('message', () => process.exit(3))`, 'ended with 3'],
  ])('that %s fails the check, and the next one gets another thread', async (_, program, says) => {
    const { check, started } = thread(program)
    await expect(check(ask('right'))).rejects.toThrow(says)
    await expect(check(ask('right'))).rejects.toThrow(says)
    expect(started).toHaveLength(2)
  })

  test('that cannot start fails the check', async () => {
    const check = bcryptThread(() => Promise.reject(new Error('no more threads')), 1)
    await expect(check(ask('right'))).rejects.toThrow('no more threads')
  })
})
