/**
 * Does `work` for each item, at most `breadth` at a time, and gives the results in the items' order.
 *
 * Stops taking items up after the first failure, waits for what is under way, and throws that failure.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  breadth: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length)
  const failures: unknown[] = []
  let next = 0

  const worker = async () => {
    while (next < items.length && failures.length === 0) {
      const index = next++
      try {
        results[index] = await work(items[index] as Item)
      } catch (error) {
        failures.push(error)
      }
    }
  }

  await Promise.all(Array.from({ length: Math.min(breadth, items.length) }, worker))
  if (failures.length > 0) throw failures[0]
  return results
}
