// Runs in a container beside the registry: pushes an image of one layer.
import { createHash, randomBytes } from 'node:crypto'

const { REGISTRY, PASSWORD } = process.env
const authorization = `Basic ${Buffer.from(`builder:${PASSWORD}`).toString('base64')}`
const base = `http://${REGISTRY}/v2/team/image`

async function ask(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { authorization, ...options.headers } })
  if (!answer.ok) throw new Error(`${options.method} ${url}: ${answer.status}`)
  return answer
}

async function push(content, mediaType) {
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`
  const { headers } = await ask(`${base}/blobs/uploads/`, { method: 'POST' })
  const location = new URL(headers.get('location'), `http://${REGISTRY}`)
  location.searchParams.set('digest', digest)
  await ask(location, { method: 'PUT', body: content })
  return { mediaType, digest, size: content.length }
}

const config = await push(Buffer.from('{}'), 'application/vnd.oci.image.config.v1+json')
const layer = await push(randomBytes(1_000_000), 'application/vnd.oci.image.layer.v1.tar')
const mediaType = 'application/vnd.oci.image.manifest.v1+json'
const body = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] })
await ask(`${base}/manifests/latest`, { method: 'PUT', body, headers: { 'content-type': mediaType } })
process.stdout.write('pushed\n')
