/** More than any answer of S3 that is read whole: a page of 1,000 keys of 1,024 bytes, written in XML. */
const most = 16 * 1024 * 1024

/** A body to its end, as text. @throws RangeError if it does not end where an answer of S3 would */
export async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body) {
    length += piece.length
    if (length > most) throw new RangeError(`the answer has more than ${most} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces, length).toString('utf8')
}
