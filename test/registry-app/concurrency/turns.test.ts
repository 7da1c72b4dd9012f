import { describe, expect, test } from 'vitest'
import { turns } from '../../../registry-app/src/concurrency/turns.ts'

/** Work that ends when it is told to. */
function piece(done: string[], name: string) {
  let finish = () => {}
  const ended = new Promise<void>(resolve => {
    finish = resolve
  })
  const work = async () => {
    await ended
    done.push(name)
    return name
  }
  return { work, finish: () => finish() }
}

describe('turns', () => {
  test('are taken one after the other, in order, and those ahead first', async () => {
    const queue = turns({ all: 10, each: 10 })
    const done: string[] = []
    const [a, b, c] = [piece(done, 'a'), piece(done, 'b'), piece(done, 'c')]
    const all = [queue.take('x', false, a.work), queue.take('x', false, b.work), queue.take('x', true, c.work)]
    for (const each of [c, b, a]) each.finish()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c'])
    expect(done).toEqual(['a', 'c', 'b'])
  })

  test('are refused where all places are taken, and given again when one is free', async () => {
    const queue = turns({ all: 1, each: 10 })
    const [a, b, c] = [piece([], 'a'), piece([], 'b'), piece([], 'c')]
    // The first is under way, and holds no place among those that wait.
    const first = queue.take('x', false, a.work)
    const second = queue.take('y', false, b.work)
    expect(queue.take('z', false, c.work)).toBeUndefined()
    a.finish()
    await first
    await new Promise(resolve => setImmediate(resolve))
    expect(queue.take('z', false, c.work)).toBeDefined()
    b.finish()
    c.finish()
    await second
  })

  test('are refused to one who has his part of them, and not to others', async () => {
    const queue = turns({ all: 10, each: 2 })
    const [a, b, c] = [piece([], 'a'), piece([], 'b'), piece([], 'c')]
    const mine = [queue.take('x', false, a.work), queue.take('x', false, b.work)]
    expect(queue.take('x', false, c.work)).toBeUndefined()
    const other = queue.take('y', false, c.work)
    expect(other).toBeDefined()
    for (const each of [a, b, c]) each.finish()
    await Promise.all([...mine, other])
    expect(queue.take('x', false, async () => {})).toBeDefined()
  })

  test('go on after work that failed', async () => {
    const queue = turns({ all: 10, each: 10 })
    await expect(
      queue.take('x', false, async () => {
        throw new Error('broken')
      }),
    ).rejects.toThrow('broken')
    expect(await queue.take('x', false, async () => 'next')).toBe('next')
  })
})
