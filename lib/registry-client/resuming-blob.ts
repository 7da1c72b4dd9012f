import { noAnswer, RegistryFailure } from './http/failure.ts'
import type { WireAnswer } from './http/wire.ts'
import type { BlobInfo } from './ports.ts'
import type { RegistryClient } from './registry-client.ts'

/** A blob's bytes. Where the connection breaks, the rest is asked for, as often as nothing comes of it so many times in a row. */
export async function* resumingBlob(client: RegistryClient, repository: string, { digest, size }: BlobInfo): AsyncGenerator<Uint8Array> {
  const { attempts, random, sleep, signal } = client.persistence
  let had = 0
  let fruitless = 0
  do {
    const before = had
    try {
      for await (const piece of from(client, repository, digest, had)) {
        had += piece.length
        yield piece
      }
      if (had >= size) return
      throw new RegistryFailure(`${client.host}/${repository}: ${digest} ended after ${had} of ${size} bytes`, { passing: true })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      const failure = noAnswer(`${client.host}/${repository}: ${digest}`, error)
      fruitless = had > before ? 1 : fruitless + 1
      if (!failure.passing || fruitless >= attempts) throw failure
      await sleep(random() * Math.min(10_000, 250 * 2 ** fruitless), signal)
    }
  } while (had < size)
}

async function* from(client: RegistryClient, repository: string, digest: string, start: number): AsyncGenerator<Uint8Array> {
  const range = start > 0 ? { range: `bytes=${start}-` } : {}
  const path = `/v2/${repository}/blobs/${digest}`
  const answer = await client.send({ method: 'GET', path, headers: range, scopes: [`repository:${repository}:pull`], ok: [200, 206] })
  yield* answer.status === 206 ? answer.body : without(answer, start)
}

/** Whoever knows no ranges sends it all again. */
async function* without({ body }: WireAnswer, first: number): AsyncGenerator<Uint8Array> {
  let left = first
  for await (const piece of body) {
    if (left < piece.length) yield piece.subarray(left)
    left = Math.max(0, left - piece.length)
  }
}
