import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'

/** What `suite` asks for. */
export const crane = await tool('crane')

/** The User-Agent of the requests that come one after the other; with what Go's JSON escapes. */
export const oneByOne = 'a "test" <&>'

const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]

/** One of everything that makes an event. The last request says that it is the last by its User-Agent. */
export async function useEverything(host: string, layout: string): Promise<void> {
  const image = `${host}/team/app`
  const client = (...args: string[]) => run(crane.path, args)
  await client('push', '--index', layout, `${image}:all`)
  const pulled = join(await temporaryFolder(), 'pulled')
  await client('pull', '--format', 'oci', `${image}:all`, pulled)
  await rm(pulled, { recursive: true, force: true })
  await client('copy', `${image}:all`, `${host}/other/app:all`)
  await client('tag', `${image}:all`, 'again')

  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`http://${host}/v2/team/app/${path}`, {
      method,
      headers: { accept: manifestTypes.join(', '), 'user-agent': oneByOne, ...headers },
    })
    const body = await answer.text()
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${body}`)
    return { body, digest: answer.headers.get('docker-content-digest') ?? '' }
  }
  const index = await call('GET', 'manifests/all')
  await call('HEAD', 'manifests/all')
  await call('GET', `manifests/${index.digest}`)
  await call('GET', 'manifests/all', { 'if-none-match': `"${index.digest}"` })
  const { manifests } = JSON.parse(index.body)
  const { config, layers } = JSON.parse((await call('GET', `manifests/${manifests[0].digest}`)).body)
  const [layer] = layers
  await call('GET', `blobs/${config.digest}`)
  await call('HEAD', `blobs/${layer.digest}`)
  await call('GET', `blobs/${layer.digest}`, { range: 'bytes=0-9' })
  await call('DELETE', 'manifests/again')
  await call('DELETE', `manifests/${index.digest}`)
  await call('DELETE', `blobs/${layer.digest}`)
  await call('GET', `blobs/${config.digest}`, { 'user-agent': 'the last request' })
}
