import { type Image, manifestType, sha256 } from './image.ts'

/** @returns the body, or `undefined` on 404 */
async function get(url: URL): Promise<Buffer | undefined> {
  const answer = await fetch(url, { headers: { accept: manifestType } })
  const body = Buffer.from(await answer.arrayBuffer())
  if (answer.status === 404) return undefined
  if (answer.status !== 200) throw new Error(`GET ${url.pathname}: ${answer.status} ${body}`)
  return body
}

export async function getBlob(registry: string, repository: string, digest: string): Promise<Buffer | undefined> {
  return get(new URL(`/v2/${repository}/blobs/${digest}`, registry))
}

/** What is wrong with an image as the registry answers for it: nothing, if it is there and whole, or not there at all. */
export async function defects(registry: string, { repository, tag, manifest }: Image): Promise<string[]> {
  const found: string[] = []
  for (const reference of [tag, manifest.digest]) {
    const name = `${repository}:${reference}`
    const bytes = await get(new URL(`/v2/${repository}/manifests/${reference}`, registry))
    if (!bytes) continue
    if (!bytes.equals(manifest.content)) found.push(`${name} is another manifest`)
    const { config, layers } = JSON.parse(bytes.toString()) as { config: { digest: string }; layers: { digest: string }[] }
    for (const { digest } of [config, ...layers]) {
      const blob = await getBlob(registry, repository, digest)
      if (!blob) found.push(`${name} answers 200, and its blob ${digest} 404`)
      else if (sha256(blob) !== digest) found.push(`${name}: the blob ${digest} has other bytes`)
    }
  }
  return found
}

export async function isThere(registry: string, { repository, tag }: Image): Promise<boolean> {
  return (await get(new URL(`/v2/${repository}/manifests/${tag}`, registry))) !== undefined
}
