/** How many are remembered; beyond that, all are forgotten. */
const most = 1000

/** For what a client causes again and again, and the log shall say now and then. @returns whether it is time again for this one */
export function seldom(every: number, clock: () => number): (who: string) => boolean {
  const last = new Map<string, number>()
  return who => {
    const time = clock()
    if (time - (last.get(who) ?? Number.NEGATIVE_INFINITY) < every) return false
    if (last.size >= most) last.clear()
    last.set(who, time)
    return true
  }
}
