import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { serverForSuite } from '../clients/server-for-suite.ts'
import { runCopy } from '../copy/run-copy.ts'
import { atTheEnd } from '../support/at-the-end.ts'
import { docker, dockerEngine } from '../support/docker.ts'
import { importSmallImage } from '../support/small-image.ts'
import { suite } from '../support/suite.ts'

suite('kit copy, with archives of a Docker engine and for it', [dockerEngine], () => {
  let folder: string
  let host: string
  const named = 'registry.example/archived:v1'

  beforeAll(async () => {
    const own = await serverForSuite()
    folder = own.folder
    host = own.server.host
    atTheEnd(() => docker(['rmi', '--force', named]).then(() => {}))
  })

  it('takes what docker save wrote, and gives docker load an image of the same id', async () => {
    const image = await importSmallImage(named)
    await docker(['save', '--output', join(folder, 'saved.tar'), named])
    await runCopy(folder, `docker-archive:${join(folder, 'saved.tar')}`, `${host}/archived`)
    await docker(['rmi', named])

    await runCopy(folder, `${host}/archived:v1`, `docker-archive:${join(folder, 'copied.tar')}:${named}`)
    expect(await docker(['load', '--input', join(folder, 'copied.tar')])).toContain(named)
    expect(await docker(['inspect', '--format', '{{.Id}}', named])).toBe(image)
  })
})
