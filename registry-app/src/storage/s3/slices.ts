/** The same bytes in slices of one length, but for the last, which may be shorter. Nothing is copied. */
export function* slices(content: readonly Uint8Array[], length: number): Generator<readonly Uint8Array[]> {
  let slice: Uint8Array[] = []
  let room = length
  for (const piece of content) {
    for (let rest = piece; rest.length > 0; ) {
      const taken = rest.subarray(0, room)
      slice.push(taken)
      room -= taken.length
      rest = rest.subarray(taken.length)
      if (room > 0) continue
      yield slice
      slice = []
      room = length
    }
  }
  if (slice.length > 0) yield slice
}
