import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { writeLayers } from '../clients/layers.ts'
import { writeOciLayout } from '../clients/oci-layout.ts'
import { serverForSuite } from '../clients/server-for-suite.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { runCopy } from './run-copy.ts'

const binary = await tool('skopeo')
const skopeo = (command: string, ...args: string[]) => run(binary.path, ['--insecure-policy', command, ...args])

suite('kit copy, with files of skopeo’s and for it', [binary], () => {
  let folder: string
  let host: string
  const file = (name: string) => join(folder, name)
  const inspect = async (image: string, ...options: string[]) =>
    JSON.parse(await skopeo('inspect', '--tls-verify=false', ...options, image))
  const raw = (image: string) => inspect(image, '--raw')
  const layersOf = async (image: string): Promise<string[]> => (await inspect(image, '--config')).rootfs.diff_ids

  beforeAll(async () => {
    const own = await serverForSuite()
    folder = own.folder
    host = own.server.host
    await writeOciLayout(file('source'), await writeLayers(file('layers'), [5_000_000, 2000]), ['amd64', 'arm64'])
    await skopeo('copy', '--all', `oci:${file('source')}:all`, `oci:${file('layout')}:all`)
    await skopeo('copy', `oci:${file('source')}:amd64`, `oci-archive:${file('layout.tar')}:amd64`)
    // As docker save wrote it before version 25: layers uncompressed, and a manifest.json.
    await skopeo('copy', `oci:${file('source')}:amd64`, `docker-archive:${file('docker.tar')}:registry.example/app:v1`)
  })

  it('takes a layout, whole', async () => {
    await runCopy(folder, `oci:${file('layout')}`, `${host}/from/layout`)
    expect(await raw(`docker://${host}/from/layout:all`)).toEqual(await raw(`oci:${file('layout')}:all`))
  })

  it('takes an archive of a layout', async () => {
    await runCopy(folder, `oci-archive:${file('layout.tar')}`, `${host}/from/archive`)
    expect(await raw(`docker://${host}/from/archive:amd64`)).toEqual(await raw(`oci:${file('source')}:amd64`))
  })

  it('takes an archive of docker save, whose layers are what they were', async () => {
    await runCopy(folder, `docker-archive:${file('docker.tar')}`, `${host}/from/docker`)
    expect(await layersOf(`docker://${host}/from/docker:v1`)).toEqual(await layersOf(`oci:${file('source')}:amd64`))
    await skopeo('copy', '--src-tls-verify=false', `docker://${host}/from/docker:v1`, `dir:${file('pulled')}`)
  })

  it('writes a layout that skopeo reads', async () => {
    await runCopy(folder, `oci:${file('source')}:all`, `${host}/app:all`)
    await runCopy(folder, `${host}/app:all`, `oci:${file('written')}:all`)
    await skopeo('copy', '--all', `oci:${file('written')}:all`, `dir:${file('read')}`)
    expect(await raw(`oci:${file('written')}:all`)).toEqual(await raw(`oci:${file('source')}:all`))
  })

  it.each(['oci-archive', 'docker-archive'])('writes %s: that skopeo reads', async kind => {
    await runCopy(folder, `oci:${file('source')}:amd64`, `${host}/app:one`)
    const name = kind === 'oci-archive' ? 'one' : 'registry.example/app:one'
    await runCopy(folder, `${host}/app:one`, `${kind}:${file(`${kind}.tar`)}:${name}`)
    await skopeo('copy', `${kind}:${file(`${kind}.tar`)}:${name}`, `dir:${file(`read-${kind}`)}`)
    expect(await layersOf(`${kind}:${file(`${kind}.tar`)}:${name}`)).toEqual(await layersOf(`oci:${file('source')}:amd64`))
  })
})
