import type { ImageBlob } from './image.ts'

/** A way in which a client brings a blob into a repository. @throws unless the registry acknowledges it */
export type PushBlob = (repository: URL, blob: ImageBlob) => Promise<void>

/** As containerd does, with its length and its digest known from the start. */
const atOnce: PushBlob = async (repository, { digest, content }) => {
  await put(await start(repository), digest, content)
}

/** As docker does: a stream of unknown length, then its digest. */
const streamed: PushBlob = async (repository, { digest, content }) => {
  const patch = {
    method: 'PATCH',
    headers: { 'content-type': octets },
    body: new Blob([content]).stream(),
    duplex: 'half',
  } as const
  await put(await acknowledged(202, await start(repository), patch), digest)
}

/** As regclient does: pieces that say where they belong. */
const inChunks: PushBlob = async (repository, { digest, content }) => {
  let location = await start(repository)
  const step = Math.max(Math.ceil(content.length / 4), 1)
  for (let at = 0; at < content.length; at += step) {
    const body = content.subarray(at, at + step)
    const headers = { 'content-type': octets, 'content-range': `${at}-${at + body.length - 1}` }
    location = await acknowledged(202, location, { method: 'PATCH', headers, body })
  }
  await put(location, digest)
}

/** One request. */
const posted: PushBlob = async (repository, { digest, content }) => {
  const url = new URL('blobs/uploads/', repository)
  url.searchParams.set('digest', digest)
  await acknowledged(201, url, { method: 'POST', headers: { 'content-type': octets }, body: content })
}

export const waysToPush: readonly [name: string, push: PushBlob][] = Object.entries({ atOnce, streamed, inChunks, posted })

const octets = 'application/octet-stream'

const start = (repository: URL) => acknowledged(202, new URL('blobs/uploads/', repository), { method: 'POST' })

async function put(location: URL, digest: string, body?: Buffer<ArrayBuffer>) {
  const url = new URL(location)
  url.searchParams.set('digest', digest)
  await acknowledged(201, url, { method: 'PUT', ...(body ? { headers: { 'content-type': octets }, body } : {}) })
}

/** @returns where the answer sends the client next */
export async function acknowledged(status: number, url: URL, init: RequestInit): Promise<URL> {
  const answer = await fetch(url, init)
  const text = await answer.text()
  if (answer.status !== status) throw new Error(`${init.method} ${url.pathname}: ${answer.status} ${text}`)
  return new URL(answer.headers.get('location') ?? '', url)
}
