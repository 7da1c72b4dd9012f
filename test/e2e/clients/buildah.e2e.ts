import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { serverForSuite } from './server-for-suite.ts'

const binary = await tool('buildah')

suite('buildah', [binary], () => {
  let folder: string
  let host: string
  let url: string
  /** The slowest of storage drivers is the one that needs nothing of the kernel. */
  const buildah = (...args: string[]) =>
    run(binary.path, ['--storage-driver', 'vfs', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), ...args], {
      env: { BUILDAH_ISOLATION: 'chroot' },
    })

  /** Nothing in it can run here, and nothing has to. */
  async function importBase(architecture: string) {
    const files = join(folder, `base-${architecture}`)
    await mkdir(files)
    await writeFile(join(files, 'node'), 'not a program')
    const container = await buildah('from', '--arch', architecture, 'scratch')
    await buildah('copy', container, files, '/usr/local/bin/')
    await buildah('config', '--arch', architecture, '--os', 'linux', container)
    await buildah('commit', container, `localhost/base:${architecture}`)
  }

  beforeAll(async () => {
    const own = await serverForSuite()
    folder = own.folder
    host = own.server.host
    url = own.server.url
  })

  it("builds the registry's image for two architectures on this one, and pushes both as one", async () => {
    for (const architecture of ['amd64', 'arm64']) {
      await importBase(architecture)
      const options = ['--platform', `linux/${architecture}`, '--build-arg', `NODE_IMAGE=localhost/base:${architecture}`]
      await buildah('bud', ...options, '--tag', `localhost/registry:${architecture}`, join(root, 'registry-app'))
    }
    await buildah('manifest', 'create', 'both', 'localhost/registry:amd64', 'localhost/registry:arm64')
    await buildah('manifest', 'push', '--all', '--tls-verify=false', 'both', `docker://${host}/registry:latest`)

    const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json'
    const answer = await fetch(`${url}/v2/registry/manifests/latest`, { headers: { accept } })
    const { manifests } = (await answer.json()) as { manifests: { platform: { architecture: string } }[] }
    expect(manifests.map(({ platform }) => platform.architecture).sort()).toEqual(['amd64', 'arm64'])
  })

  it('pulls what it pushed', async () => {
    await buildah('push', '--tls-verify=false', 'localhost/registry:amd64', `docker://${host}/single:v1`)
    await buildah('rmi', '--all', '--force')
    await buildah('pull', '--tls-verify=false', `docker://${host}/single:v1`)
    expect(await buildah('images', '--format', '{{.Name}}:{{.Tag}}')).toBe(`${host}/single:v1`)
  })
})
