import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { node24 } from '../../../scripts/node24.ts'
import { buildImage } from '../../../scripts/release-check/build-image.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { importNodeImage } from '../support/node-image.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { slowUpload } from '../support/slow-upload.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { health, type RegistryContainer, runRegistry } from './registry-container.ts'

const base = 'bucket-registry-e2e/node:24'
const image = 'bucket-registry-e2e/registry'
const layered = 'bucket-registry-e2e/layered'

suite('a real Docker engine', [dockerEngine], () => {
  let registry: RegistryContainer
  let folder: string
  const pushed: string[] = []

  /** A name in the registry that is forgotten by the engine at the end. */
  const named = (name: string) => {
    const full = `${registry.host}/${name}`
    pushed.push(full)
    return full
  }

  const idOf = (name: string) => docker(['image', 'inspect', '--format', '{{.Id}}', name])

  /** Pushes, forgets, pulls. @returns the image's id as it came back */
  async function thereAndBack(from: string, name: string) {
    await docker(['tag', from, name])
    await docker(['push', name])
    await docker(['rmi', name])
    await docker(['pull', name])
    return idOf(name)
  }

  beforeAll(async () => {
    folder = await temporaryFolder()
    const node = join(folder, 'node')
    await mkdir(node)
    await importNodeImage(base, { node: await node24(), folder: node })
    await docker(['build', '--build-arg', `NODE_IMAGE=${base}`, '--tag', image, join(root, 'registry-app')])
    registry = await runRegistry(image)
  })

  afterAll(async () => {
    await registry?.remove()
    await docker(['rmi', '--force', ...pushed, layered, image, base])
  })

  it('finds the container healthy by its own check, without curl', async () => {
    expect(await health(registry.id)).toBe('healthy')
  })

  it('runs it as a numeric user who can write nothing but the volume', async () => {
    const tries = `const { accessSync, constants } = require('node:fs')
      const writable = path => { try { accessSync(path, constants.W_OK); return true } catch { return false } }
      console.log(JSON.stringify([process.getuid(), ...['/', '/registry.mjs', '/etc/distribution', '/var/lib/registry'].map(writable)]))`
    expect(await docker(['exec', registry.id, 'node', '-e', tries])).toBe('[65532,false,false,false,true]')
    expect(await docker(['image', 'inspect', '--format', '{{.Config.User}}', image])).toBe('65532:65532')
  })

  it('adds the three bundles and a configuration to the base, and nothing else', async () => {
    const container = await docker(['create', image])
    const plain = await docker(['create', base, 'node'])
    try {
      const files = async (id: string) => {
        const archive = join(folder, `${id}.tar`)
        await docker(['export', '--output', archive, id])
        return run('tar', ['-tf', archive])
      }
      const before = new Set((await files(plain)).split('\n'))
      const added = (await files(container)).split('\n').filter(path => !before.has(path) && !path.endsWith('/'))
      expect(added.sort()).toEqual(['etc/distribution/config.yml', 'registry-copy.mjs', 'registry-tracing.mjs', 'registry.mjs'])
    } finally {
      await docker(['rm', container, plain])
    }
  })

  it('builds an image with labels, which says its version: what a release asks of it', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const said = await buildImage({ root, version, base, docker: (...args) => docker(args) })
    expect(said).toMatch(/^for (amd64|arm64), with labels, as user 65532:65532$/)
  })

  it('takes the image of the registry that it is, and gives it back', async () => {
    expect(await thereAndBack(image, named('registry'))).toBe(await idOf(image))
  })

  it('runs the image that came back', async () => {
    const second = await runRegistry(named('registry'))
    try {
      expect(await health(second.id)).toBe('healthy')
    } finally {
      await second.remove()
    }
  })

  it('takes an image of many layers, one of them large, and runs it after a pull', async () => {
    const context = join(folder, 'layered')
    await mkdir(context)
    const layers = Array.from({ length: 6 }, (_, index) => index)
    for (const layer of layers) await writeFile(join(context, `${layer}.bin`), randomBytes(layer === 0 ? 40 * 1024 * 1024 : 1000 * layer))
    const copies = layers.map(layer => `COPY ${layer}.bin /${layer}.bin`)
    const command = 'CMD ["node", "-p", "require(\'node:fs\').readdirSync(\'/\').filter(name => name.endsWith(\'.bin\')).length"]'
    await writeFile(join(context, 'Dockerfile'), [`FROM ${base}`, ...copies, command].join('\n'))
    await docker(['build', '--tag', layered, context])

    const name = named('team/deep/layered:v1')
    expect(await thereAndBack(layered, name)).toBe(await idOf(layered))
    expect(await docker(['run', '--rm', name])).toBe('6')
  })

  it('says that layers exist already when they are pushed again, and mounts them into another repository', async () => {
    await docker(['tag', layered, named('team/deep/layered:v2')])
    const again = await docker(['push', `${registry.host}/team/deep/layered:v2`])
    expect(again.match(/Layer already exists/g)).toHaveLength(7)

    await docker(['tag', layered, named('elsewhere')])
    expect(await docker(['push', `${registry.host}/elsewhere`])).toContain('Mounted from team/deep/layered')
  })

  it('lists the tags that docker made', async () => {
    const answer = await fetch(`http://${registry.host}/v2/team/deep/layered/tags/list`)
    expect(await answer.json()).toEqual({ name: 'team/deep/layered', tags: ['v1', 'v2'] })
  })

  it('lets an upload finish that is under way when the container is stopped', async () => {
    const upload = await slowUpload(`http://${registry.host}`, 'drained')
    const stopped = docker(['stop', registry.id])
    expect(await upload.finish(2000)).toBe(201)
    await stopped
    expect(await docker(['inspect', '--format', '{{.State.ExitCode}}', registry.id])).toBe('0')
  })
})
