export interface PauseOptions {
  /** So many failures in a row are answered by short pauses. */
  threshold: number
  /** From then on, the pause is this long, and doubles. Milliseconds. */
  backoff: number
  /** From 0 to 1. */
  random: () => number
}

/** The first pause, milliseconds: Distribution has none before the threshold, and so asks a receiver that restarts ten times within a moment. */
const first = 50
/** No pause is longer, unless `backoff` itself is. */
const longest = 60_000

/** How long to wait after so many failures in a row, in milliseconds. By chance up to half of it less: replicas that failed together do not come back together. */
export function pauseAfter(failures: number, { threshold, backoff, random }: PauseOptions): number {
  const doubled = (start: number, times: number) => start * 2 ** Math.min(times, 30)
  const full =
    failures < threshold
      ? Math.min(doubled(first, failures - 1), backoff)
      : Math.min(doubled(backoff, failures - threshold), Math.max(backoff, longest))
  return full * (1 - random() / 2)
}
