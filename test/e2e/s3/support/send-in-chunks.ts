import type { Blob, Client } from './client.ts'

/** POST, a PATCH with Content-Range for each chunk, PUT: regclient's way, and that of .NET's SDK. */
export async function sendInChunks(client: Client, repository: string, { digest, content }: Blob, size: number): Promise<void> {
  let upload = locationOf(await client.expect(202, 'POST', `/v2/${repository}/blobs/uploads/`))
  for (let at = 0; at < content.length; at += size) {
    const body = content.subarray(at, at + size)
    const headers = { 'content-type': 'application/octet-stream', 'content-range': `${at}-${at + body.length - 1}` }
    upload = locationOf(await client.expect(202, 'PATCH', upload, { body, headers }))
  }
  await client.expect(201, 'PUT', `${upload}&digest=${digest}`)
}

const locationOf = (answer: Response) => answer.headers.get('location') ?? ''
