import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeLayers } from '../clients/layers.ts'
import { writeOciLayout } from '../clients/oci-layout.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { type Guarded, guardedServer, name, password } from './signed-in.ts'

const cranePath = await tool('crane')
const skopeoPath = await tool('skopeo')

suite('crane, before a registry with a password', [cranePath], () => {
  let guarded: Guarded
  let image: string
  const crane = (...args: string[]) => run(cranePath.path, args, { env: { DOCKER_CONFIG: join(guarded.folder, 'crane') } })

  beforeAll(async () => {
    guarded = await guardedServer()
    image = `${guarded.server.host}/team/crane:v1`
  })

  it('does nothing without it, or with a wrong one', async () => {
    await expect(crane('catalog', guarded.server.host)).rejects.toThrow('UNAUTHORIZED')
    await crane('auth', 'login', guarded.server.host, '--username', name, '--password', 'wrong')
    await expect(crane('catalog', guarded.server.host)).rejects.toThrow('UNAUTHORIZED')
  })

  it('pushes, validates and copies with it', async () => {
    await crane('auth', 'login', guarded.server.host, '--username', name, '--password', password)
    const layers = await writeLayers(join(guarded.folder, 'layers'), [300_000, 1000, 0])
    await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', image)
    await crane('validate', '--remote', image)
    await crane('copy', image, image.replace('team/', 'other/'))
    expect((await crane('catalog', guarded.server.host)).split('\n')).toEqual(['other/crane', 'team/crane'])
  })
})

suite('skopeo, before a registry with a password', [skopeoPath], () => {
  let guarded: Guarded
  let source: string
  const skopeo = (command: string, ...args: string[]) => run(skopeoPath.path, ['--insecure-policy', command, ...args])
  const creds = (side: 'src' | 'dest', secret: string) => [`--${side}-tls-verify=false`, `--${side}-creds=${name}:${secret}`]

  beforeAll(async () => {
    guarded = await guardedServer()
    source = join(guarded.folder, 'source')
    await writeOciLayout(source, await writeLayers(join(guarded.folder, 'layers'), [300_000, 2000]), ['amd64', 'arm64'])
  })

  describe('copies there and back', () => {
    it('with it', async () => {
      const image = `docker://${guarded.server.host}/skopeo:all`
      await skopeo('copy', '--all', ...creds('dest', password), `oci:${source}:all`, image)
      await skopeo('copy', '--all', ...creds('src', password), image, `oci:${join(guarded.folder, 'back')}:all`)
    })

    it('not with a wrong one', async () => {
      const image = `docker://${guarded.server.host}/skopeo:wrong`
      await expect(skopeo('copy', '--all', ...creds('dest', 'wrong'), `oci:${source}:all`, image)).rejects.toThrow(
        /unauthorized|authentication required/i,
      )
    })
  })
})
