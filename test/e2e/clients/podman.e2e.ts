import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { atTheEnd } from '../support/at-the-end.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { writeLayers } from './layers.ts'
import { serverForSuite } from './server-for-suite.ts'

const binary = await tool('podman')

suite('podman', [binary], () => {
  let folder: string
  let runroot: string
  let image: string
  const podman = (...args: string[]) =>
    run(binary.path, ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', runroot, ...args])

  beforeAll(async () => {
    const own = await serverForSuite()
    folder = own.folder
    // Podman refuses a path of more than 50 characters here, which a temporary folder may well have.
    runroot = await mkdtemp('/tmp/podman-')
    atTheEnd(() => rm(runroot, { recursive: true, force: true }))
    image = `${own.server.host}/team/podman:v1`
    const [layer = ''] = await writeLayers(join(folder, 'layers'), [2_000_000])
    await podman('import', layer, image)
  })

  const id = () => podman('image', 'inspect', '--format', '{{.Id}}', image)

  it('pushes an image, forgets it, and pulls the same one', async () => {
    await podman('push', '--tls-verify=false', '--format', 'oci', image)
    const pushed = await id()
    await podman('rmi', '--all', '--force')
    await podman('pull', '--tls-verify=false', image)
    expect(await id()).toBe(pushed)
  })

  it('pushes the same image in the Docker format, and pulls that', async () => {
    await podman('push', '--tls-verify=false', '--format', 'v2s2', image)
    await podman('rmi', '--all', '--force')
    await podman('pull', '--tls-verify=false', image)
    expect(await podman('image', 'inspect', '--format', '{{.ManifestType}}', image)).toContain('vnd.docker.distribution.manifest.v2')
  })
})
