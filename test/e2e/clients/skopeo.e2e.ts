import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { writeLayers } from './layers.ts'
import { writeOciLayout } from './oci-layout.ts'
import { serverForSuite } from './server-for-suite.ts'

const binary = await tool('skopeo')
const skopeo = (command: string, ...args: string[]) => run(binary.path, ['--insecure-policy', command, ...args])

suite('skopeo', [binary], () => {
  let folder: string
  let source: string
  let host: string
  const push = (from: string, to: string, ...options: string[]) => skopeo('copy', '--dest-tls-verify=false', ...options, from, to)
  const pull = (from: string, to: string, ...options: string[]) => skopeo('copy', '--src-tls-verify=false', ...options, from, to)
  const inspect = (image: string, ...options: string[]) => skopeo('inspect', '--tls-verify=false', ...options, image)
  const digestOf = async (image: string) => JSON.parse(await inspect(image, '--no-tags')).Digest

  beforeAll(async () => {
    const own = await serverForSuite()
    folder = own.folder
    host = own.server.host
    source = join(folder, 'source')
    const layers = await writeLayers(join(folder, 'layers'), [5_000_000, 2000])
    await writeOciLayout(source, layers, ['amd64', 'arm64'])
  })

  it('copies an image from an OCI layout into the registry and back, byte for byte', async () => {
    await push(`oci:${source}:amd64`, `docker://${host}/skopeo:one`)
    await pull(`docker://${host}/skopeo:one`, `oci:${join(folder, 'back')}:one`)
    const manifest = (layout: string) => inspect(layout, '--raw')
    expect(await manifest(`oci:${join(folder, 'back')}:one`)).toBe(await manifest(`oci:${source}:amd64`))
  })

  it('copies to a plain folder and from it', async () => {
    await pull(`docker://${host}/skopeo:one`, `dir:${join(folder, 'dir')}`)
    await push(`dir:${join(folder, 'dir')}`, `docker://${host}/from-dir:one`)
    expect(await digestOf(`docker://${host}/from-dir:one`)).toBe(await digestOf(`docker://${host}/skopeo:one`))
  })

  it('converts to a Docker manifest on the way', async () => {
    await push(`oci:${source}:amd64`, `docker://${host}/skopeo:docker`, '--format', 'v2s2')
    const { mediaType } = JSON.parse(await inspect(`docker://${host}/skopeo:docker`, '--raw'))
    expect(mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json')
  })

  it('copies an index with all of its images', async () => {
    await push(`oci:${source}:all`, `docker://${host}/index:all`, '--all')
    await pull(`docker://${host}/index:all`, `oci:${join(folder, 'index')}:all`, '--all')
    const raw = await inspect(`oci:${join(folder, 'index')}:all`, '--raw')
    expect(raw).toBe(await inspect(`oci:${source}:all`, '--raw'))
    expect(JSON.parse(raw).manifests).toHaveLength(2)
  })

  it('copies between two repositories of the registry', async () => {
    await skopeo(
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      '--all',
      `docker://${host}/index:all`,
      `docker://${host}/copy/of/index:all`,
    )
    expect(await inspect(`docker://${host}/copy/of/index:all`, '--raw')).toBe(await inspect(`docker://${host}/index:all`, '--raw'))
  })

  it('lists tags, and deletes an image', async () => {
    const tags = async () => JSON.parse(await skopeo('list-tags', '--tls-verify=false', `docker://${host}/skopeo`)).Tags
    expect(await tags()).toEqual(['docker', 'one'])
    await skopeo('delete', '--tls-verify=false', `docker://${host}/skopeo:one`)
    expect(await tags()).toEqual(['docker'])
  })
})
