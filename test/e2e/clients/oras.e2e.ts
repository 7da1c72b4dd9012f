import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { pushNodeBase } from '../../lib/support/node-base.ts'
import { distribution, startDistribution } from '../support/distribution.ts'
import { root } from '../support/paths.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { serverForSuite } from './server-for-suite.ts'

const binary = await tool('oras')
const type = 'application/vnd.cyclonedx+json'

suite('oras, and what kit release attaches to an image', [distribution, binary], () => {
  let folder: string
  const hosts = { ours: '', Distribution: '' }
  const oras = (...args: string[]) => run(binary.path, args, { env: { HOME: folder } })

  beforeAll(async () => {
    const { server, folder: own } = await serverForSuite()
    folder = own
    Object.assign(hosts, { ours: server.host, Distribution: (await startDistribution({ inmemory: {} })).host })
    await pushNodeBase(server.host)
    for (const host of Object.values(hosts)) {
      const words = ['release', `${host}/bucket-registry:1`, '--base', `${server.host}/node:24`]
      await run(process.execPath, [join(root, 'bin/kit.ts'), ...words], { env: { HOME: folder } })
    }
  })

  // Distribution has no API for referrers: there it is the tag that is found.
  it.each(['ours', 'Distribution'] as const)('finds the bill of materials of the image, and of each platform, at %s', async which => {
    const image = `${hosts[which]}/bucket-registry:1`
    for (const more of [[], ['--platform', 'linux/amd64'], ['--platform', 'linux/arm64']]) {
      const found = JSON.parse(await oras('discover', '--plain-http', '--format', 'json', ...more, image))
      expect(found.referrers).toMatchObject([{ artifactType: type }])
      const target = await temporaryFolder()
      await oras('pull', '--plain-http', '--output', target, found.referrers[0].reference)
      const bill = JSON.parse(await readFile(join(target, 'bucket-registry.cdx.json'), 'utf8'))
      expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { type: 'container' } } })
      expect(bill.components.map(({ name }: { name: string }) => name)).toContain('undici')
    }
  })
})
