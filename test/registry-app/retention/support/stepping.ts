import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'

/** A store to which each call is a step: `before` is told its number, from 0 on, and may do something first, or end it by throwing. */
export function stepping(
  driver: StorageDriver,
  before: (step: number, call: string) => Promise<void>,
): StorageDriver & { steps(): number } {
  let steps = 0
  const stepped =
    <Args extends unknown[], Result>(name: string, work: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      await before(steps++, `${name} ${String(args[0])}`)
      return work(...args)
    }
  const { putIfAbsent, deleteUntil } = driver
  return {
    ...driver,
    steps: () => steps,
    stat: stepped('stat', driver.stat),
    read: stepped('read', driver.read),
    put: stepped('put', driver.put),
    delete: stepped('delete', driver.delete),
    ...(putIfAbsent && { putIfAbsent: stepped('putIfAbsent', putIfAbsent) }),
    ...(deleteUntil && { deleteUntil: stepped('deleteUntil', deleteUntil) }),
    async *list(prefix, options) {
      await before(steps++, `list ${prefix}`)
      yield* driver.list(prefix, options)
    },
  }
}
