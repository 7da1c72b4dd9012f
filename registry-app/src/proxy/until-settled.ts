/** Waits, but no longer than somebody wants to. */
export async function untilSettled<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (!signal) return work
  // How it ends may be nobody's business any more.
  work.catch(() => {})
  signal.throwIfAborted()
  let leave = () => {}
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
  })
  return Promise.race([work, left]).finally(() => signal.removeEventListener('abort', leave))
}
