/** Does work of one name once for all who ask while it is under way. Nothing is remembered, and nobody's leaving ends it. */
export function sharedWork<Result>(): (name: string, work: () => Promise<Result>) => Promise<Result> {
  const underWay = new Map<string, Promise<Result>>()
  return (name, work) => {
    const known = underWay.get(name)
    if (known) return known
    const running = work().finally(() => underWay.delete(name))
    underWay.set(name, running)
    return running
  }
}
