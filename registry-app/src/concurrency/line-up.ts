/** One who waits in a line, for an answer. */
export type InLine<Wish, Answer> = Wish & { readonly answer: (answer: Answer) => void }

/**
 * Takes the last place of a line, and waits there until somebody takes it out of the line and answers. Rejects with the signal's reason when that is
 * aborted, and leaves the line.
 *
 * @param left called then
 */
export function lineUp<Wish extends object, Answer>(
  line: InLine<Wish, Answer>[],
  wish: Wish,
  signal: AbortSignal | undefined,
  left: () => void,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      line.splice(line.indexOf(place), 1)
      reject(signal?.reason)
      left()
    }
    const place: InLine<Wish, Answer> = {
      ...wish,
      answer: answer => {
        signal?.removeEventListener('abort', leave)
        resolve(answer)
      },
    }
    line.push(place)
    signal?.addEventListener('abort', leave, { once: true })
  })
}
