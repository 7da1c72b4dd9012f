import { expect, onTestFinished, test } from 'vitest'
import { untilSettled } from '../../../registry-app/src/proxy/until-settled.ts'

test('work that fails after everybody left is no failure of anybody', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const gone = AbortSignal.abort(new Error('gone'))
  await expect(untilSettled(Promise.reject(new Error('failed')), gone)).rejects.toThrow('gone')
  const leaving = new AbortController()
  const left = untilSettled(new Promise((_, reject) => setImmediate(() => reject(new Error('failed')))), leaving.signal)
  leaving.abort(new Error('left'))
  await expect(left).rejects.toThrow('left')
  await new Promise(resolve => setImmediate(() => setImmediate(resolve)))
  expect(unhandled).toEqual([])
})

test('what is waited for comes, or fails, as it does', async () => {
  const { signal } = new AbortController()
  expect(await untilSettled(Promise.resolve(5), signal)).toBe(5)
  await expect(untilSettled(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed')
})
