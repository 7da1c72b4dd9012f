import { expect } from 'vitest'
import { sha256 } from '../../registry-app/support/bytes.ts'

const docker = 'application/vnd.docker.distribution.manifest'

/** Pushes what stands for a Node.js image for two platforms to `node:24`, as Docker Hub has them: in Docker's older types. @param host of a registry without TLS */
export async function pushNodeBase(host: string): Promise<void> {
  const push = async (content: string) => {
    const url = `http://${host}/v2/node/blobs/uploads/?digest=${sha256(content)}`
    expect((await fetch(url, { method: 'POST', body: content })).status).toBe(201)
    return { digest: sha256(content), size: content.length }
  }
  const tell = async (reference: string, mediaType: string, document: object) => {
    const body = JSON.stringify({ schemaVersion: 2, mediaType, ...document })
    const answer = await fetch(`http://${host}/v2/node/manifests/${reference || sha256(body)}`, {
      ...{ method: 'PUT', headers: { 'content-type': mediaType }, body },
    })
    expect(answer.status).toBe(201)
    return { mediaType, digest: sha256(body), size: body.length }
  }
  const manifests = []
  for (const architecture of ['amd64', 'arm64']) {
    const layer = { mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', ...(await push(`node for ${architecture}`)) }
    const described = {
      ...{ architecture, os: 'linux', created: '2026-01-01T00:00:00Z', ...(architecture === 'arm64' ? { variant: 'v8' } : {}) },
      config: { Env: ['PATH=/usr/local/bin', 'NODE_ENV=development'], Entrypoint: ['docker-entrypoint.sh'], Cmd: ['node'] },
      rootfs: { type: 'layers', diff_ids: ['sha256:1'] },
    }
    const config = { mediaType: 'application/vnd.docker.container.image.v1+json', ...(await push(JSON.stringify(described))) }
    manifests.push({ ...(await tell('', `${docker}.v2+json`, { config, layers: [layer] })), platform: { os: 'linux', architecture } })
  }
  await tell('24', `${docker}.list.v2+json`, { manifests })
}
