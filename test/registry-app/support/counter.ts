let counters = 0

/** Names that never come twice. */
export function counter(prefix: string): () => string {
  const mine = (counters++).toString(36)
  let count = 0
  return () => `${prefix}${mine}x${(count++).toString(36)}`
}
