import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiError } from './api.ts'

export interface Loaded<Value> {
  /** The last that came: it stays while the next is on its way. */
  readonly value: Value | undefined
  readonly error: ApiError | undefined
  readonly loading: boolean
  reload(): void
}

/** Loads something, and again when one of `inputs` changes. What comes late, for inputs of before, is dropped. */
export function useLoad<Value>(load: (signal: AbortSignal) => Promise<Value>, inputs: readonly unknown[]): Loaded<Value> {
  const [state, setState] = useState<Omit<Loaded<Value>, 'reload'>>({ value: undefined, error: undefined, loading: true })
  const [round, setRound] = useState(0)
  const latest = useRef(load)
  latest.current = load

  useEffect(() => {
    const leaving = new AbortController()
    setState(({ value }) => ({ value, error: undefined, loading: true }))
    latest.current(leaving.signal).then(
      value => leaving.signal.aborted || setState({ value, error: undefined, loading: false }),
      error => leaving.signal.aborted || setState({ value: undefined, error: asApiError(error), loading: false }),
    )
    return () => leaving.abort()
  }, [...inputs, round])

  return { ...state, reload: useCallback(() => setRound(each => each + 1), []) }
}

export const asApiError = (error: unknown) => (error instanceof ApiError ? error : new ApiError(-1, String(error)))
