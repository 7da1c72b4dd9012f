import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { realCircumstances } from '../../lib/registry-client/circumstances.ts'
import { RegistryFailure } from '../../lib/registry-client/http/failure.ts'
import { release } from '../../lib/release/release.ts'
import { checkImageConfig } from './image-config.ts'
import { Skipped } from './skipped.ts'

export interface ComposeOptions {
  /** The repository's. */
  readonly root: string
  readonly version: string
  /** A name with a host, or one of Docker Hub's. @default - what the Dockerfile says */
  readonly base?: string | undefined
}

const platforms = ['linux/amd64', 'linux/arm64']
const index = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: z.object({ os: z.string(), architecture: z.string() }) })),
})
const manifest = z.object({ config: z.object({ digest: z.string() }) })
const config = z.object({
  architecture: z.string(),
  config: z.object({ User: z.string().optional(), Labels: z.record(z.string(), z.string()).optional() }),
})

/**
 * Makes the image for both architectures, as `kit release` does, in a registry in memory, and looks at what each says of itself.
 *
 * @throws Skipped where the base cannot be fetched; Error that says what is wrong with the image
 */
export async function composeImage({ root, version, base }: ComposeOptions): Promise<string> {
  const registry = await startRegistry(root)
  try {
    const made = await release({
      ...{ target: `${registry.host}/bucket-registry:${version}`, base, platforms, version, appFolder: join(root, 'registry-app') },
      ...{ variables: process.env, signal: AbortSignal.timeout(600_000), circumstances: realCircumstances, tell: () => {} },
    }).catch(cause => {
      if (!(cause instanceof RegistryFailure) || !cause.passing || cause.status !== undefined) throw cause
      throw new Skipped('the base of the image cannot be fetched from here: it was made for no architecture', { cause })
    })
    const read = async (path: string) => {
      const answer = await fetch(`http://${registry.host}/v2/bucket-registry/${path}`, { headers: { accept: '*/*' } })
      if (!answer.ok) throw new Error(`${path} of the image: ${answer.status}`)
      return answer.json()
    }
    const { manifests } = index.parse(await read(`manifests/${made.byDigest.replace(/^.*@/, '')}`))
    const found = manifests.map(({ platform }) => `${platform.os}/${platform.architecture}`)
    if (found.join() !== platforms.join()) throw new Error(`the image is there for ${found.join(', ')}`)
    for (const { digest, platform } of manifests) {
      const said = config.parse(await read(`blobs/${manifest.parse(await read(`manifests/${digest}`)).config.digest}`))
      if (said.architecture !== platform.architecture)
        throw new Error(`what is there for ${platform.architecture} is for ${said.architecture}`)
      checkImageConfig(said.config, version)
    }
    return `for ${found.join(' and ')}, with labels, as a user that is not root: ${made.byDigest.replace(/^.*@/, '')}`
  } finally {
    registry.stop()
  }
}

/** The registry that is released, in memory. */
async function startRegistry(root: string): Promise<{ host: string; stop: () => void }> {
  const text = 'version: 0.1\nstorage: {inmemory: {}}\nhttp: {addr: "127.0.0.1:0"}\n'
  const env = { ...process.env, REGISTRY_CONFIGURATION: text }
  const child = spawn(process.execPath, [join(root, 'registry-app/dist/registry.mjs'), 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit').then(() => undefined)
  const listening = (async () => {
    for await (const line of createInterface(child.stdout)) {
      const host = /addresses"?[=:]"?http:\/\/([^ ",]*:\d+)/.exec(line)?.[1]
      if (host) return host
    }
    return undefined
  })()
  const host = await Promise.race([listening, ended])
  if (!host) throw new Error('the registry that was built does not start')
  child.stdout.resume()
  return { host, stop: () => void child.kill() }
}
