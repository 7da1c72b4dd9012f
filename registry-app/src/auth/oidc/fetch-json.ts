/** What an issuer may send: its keys are a few KB. Bytes. */
const most = 256 * 1024
/** Milliseconds, from the first byte that is sent to the last that comes. */
const patience = 5000

export type Fetch = (url: string, options: RequestInit) => Promise<Response>

/**
 * Asks for JSON where somebody else decides what comes: for so long and so much at most, and nowhere but there.
 *
 * @param expires gives a signal that comes after so many milliseconds
 * @throws Error, which says what went wrong, for the log
 */
export async function fetchJson(
  url: string,
  fetch: Fetch,
  expires: (milliseconds: number) => AbortSignal = AbortSignal.timeout,
): Promise<unknown> {
  const signal = expires(patience)
  // Whoever is asked could else have us ask somebody else, within our own network.
  const response = await fetch(url, { redirect: 'manual', signal, headers: { accept: 'application/json' } })
  try {
    if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
    return JSON.parse(await textOf(response, url))
  } finally {
    // Nothing of a body that is not wanted.
    await response.body?.cancel().catch(() => {})
  }
}

async function textOf({ body }: Response, url: string): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  if (!body) return ''
  const reader = body.getReader()
  try {
    for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
      size += value.length
      if (size > most) {
        await reader.cancel()
        throw new Error(`${url} sends more than ${most} bytes`)
      }
      pieces.push(value)
    }
  } finally {
    reader.releaseLock()
  }
  return Buffer.concat(pieces).toString()
}
