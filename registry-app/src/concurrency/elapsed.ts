/**
 * Milliseconds that have passed, by whichever clock says more: the monotonic one stands still while a machine is suspended, and the one on the wall can be
 * set back. For those who must not take anything for younger than it is.
 */
export function elapsed(monotonic: () => number, wall: () => Date): () => number {
  let time = 0
  let [lastMonotonic, lastWall] = [monotonic(), wall().getTime()]
  return () => {
    const [nowMonotonic, nowWall] = [monotonic(), wall().getTime()]
    time += Math.max(nowMonotonic - lastMonotonic, nowWall - lastWall, 0)
    lastMonotonic = nowMonotonic
    lastWall = nowWall
    return time
  }
}
