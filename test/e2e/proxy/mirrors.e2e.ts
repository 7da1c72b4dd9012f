import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { startProcess } from '../../support/start-process.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { distribution } from '../support/distribution.ts'
import { run } from '../support/run.ts'
import { type Engine, startEngine, whyNoEngine } from '../support/start-engine.ts'
import { type Need, suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { type Behind, cacheOfDistribution, crane, craneTool, fetches, pushImage } from './upstreams.ts'

const engineNeed: Need = { missing: (await whyNoEngine()) || undefined }

suite('a real Docker engine with the cache as its registry-mirror', [distribution, craneTool, engineNeed], () => {
  let behind: Behind
  let engine: Engine

  beforeAll(async () => {
    behind = await cacheOfDistribution(url => ({ remoteurl: url }))
    const started = await startEngine(['--registry-mirror', behind.cache.url])
    if ('missing' in started) throw new Error(started.missing)
    engine = started
    atTheEnd(engine.stop)
  })

  const docker = (...args: string[]) => run('docker', args, { env: { DOCKER_HOST: engine.host } })

  it('pulls an image of Docker Hub by its short name, through the cache alone', async () => {
    const { distribution, upstream, cache } = behind
    const digest = await pushImage(`${distribution.host}/library/small:v1`, [100_000, 1000])
    await docker('pull', 'small:v1')
    expect(await docker('image', 'inspect', '--format', '{{index .RepoDigests 0}}', 'small:v1')).toBe(`small@${digest}`)
    expect([...fetches(upstream).values()]).toEqual([1, 1, 1])
    expect(cache.log()).toMatch(/vars\.name="?library\/small/)
  })

  it('pulls it again when the upstream is gone', async () => {
    await docker('rmi', 'small:v1')
    behind.upstream.refuses = true
    await docker('pull', 'small:v1')
    await docker('image', 'inspect', 'small:v1')
  })
})

const [containerd, ctr] = await Promise.all([tool('containerd'), tool('ctr')])
const root: Need = process.getuid?.() === 0 ? {} : { missing: 'only root can start containerd' }

suite('a real containerd with the cache in its hosts.toml', [distribution, craneTool, containerd, ctr, root], () => {
  let behind: Behind
  let socket: string
  let hosts: string

  beforeAll(async () => {
    behind = await cacheOfDistribution(url => ({
      upstreams: [
        { prefix: 'docker.io', remoteurl: url },
        { prefix: 'ghcr.io', remoteurl: url, path: 'mirrored' },
      ],
    }))
    const folder = await temporaryFolder()
    socket = join(folder, 'containerd.sock')
    await writeFile(join(folder, 'config.toml'), 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n')
    const folders = ['--root', join(folder, 'root'), '--state', join(folder, 'state')]
    const daemon = await startProcess({
      file: containerd.path,
      args: ['--config', join(folder, 'config.toml'), '--address', socket, ...folders],
      env: {},
      ready: () =>
        run(ctr.path, ['--address', socket, 'version']).then(
          () => true,
          () => false,
        ),
    })
    atTheEnd(() => daemon.stop())

    hosts = join(folder, 'hosts')
    for (const registry of ['docker.io', 'ghcr.io']) {
      await mkdir(join(hosts, registry), { recursive: true })
      const text = `[host."${behind.cache.url}/v2/${registry}"]\n  capabilities = ["pull", "resolve"]\n  override_path = true\n`
      await writeFile(join(hosts, registry, 'hosts.toml'), `server = "https://${registry}"\n${text}`)
    }
  })

  const pull = (image: string) => run(ctr.path, ['--address', socket, 'content', 'fetch', '--hosts-dir', hosts, image])

  it.each([
    ['docker.io/library/small:v1', 'library/small:v1'],
    ['ghcr.io/acme/small:v1', 'mirrored/acme/small:v1'],
  ])('pulls %s through the cache alone', async (image, there) => {
    const { distribution, upstream } = behind
    const digest = await pushImage(`${distribution.host}/${there}`, [100_000, 1000])
    upstream.asked.length = 0
    await pull(image)
    expect(await run(ctr.path, ['--address', socket, 'images', 'ls', '-q', `name==${image}`])).toBe(image)
    expect(await run(ctr.path, ['--address', socket, 'content', 'ls', '-q'])).toContain(digest)
    expect([...fetches(upstream).values()]).toEqual([1, 1, 1])
    expect(await crane('digest', `${behind.cache.host}/${image}`)).toBe(digest)
  })
})
