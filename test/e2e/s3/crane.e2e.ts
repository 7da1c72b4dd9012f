import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeLayers } from '../clients/layers.ts'
import { distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { startBoth } from './support/both-registries.ts'

const binary = await tool('crane')
const crane = (...args: string[]) => run(binary.path, args)

suite('crane, between us and Distribution on one bucket', [minio, distribution, binary], () => {
  const hosts = {} as Record<'ours' | 'theirs', string>
  let layers: string[]

  beforeAll(async () => {
    const store = await startMinio()
    await store.createBucket('images')
    const { ours, theirs } = await startBoth(store, 'images')
    Object.assign(hosts, { ours: ours.host, theirs: theirs.host })
    layers = await writeLayers(join(await temporaryFolder(), 'layers'), [12_000_000, 1000, 0])
  })

  describe.each([
    ['ours', 'theirs'],
    ['theirs', 'ours'],
  ] as const)('what it pushed to %s, it', (from, to) => {
    const source = () => `${hosts[from]}/${from}/crane`
    const target = () => `${hosts[to]}/${from}/crane`

    beforeAll(async () => {
      await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', `${source()}:amd64`)
      await crane('mutate', '--set-platform', 'linux/arm64', '--tag', `${source()}:arm64`, `${source()}:amd64`)
      await crane('index', 'append', '--manifest', `${source()}:amd64`, '--manifest', `${source()}:arm64`, '--tag', `${source()}:all`)
    })

    it.each(['amd64', 'arm64', 'all'])(`finds whole in ${to}: %s`, async tag => {
      await crane('validate', '--remote', `${target()}:${tag}`)
      expect(await crane('digest', `${target()}:${tag}`)).toBe(await crane('digest', `${source()}:${tag}`))
    })

    it(`copies in ${to} into another repository, which both then have`, async () => {
      await crane('copy', `${target()}:all`, `${hosts[to]}/${from}/copy:all`)
      await crane('validate', '--remote', `${hosts[from]}/${from}/copy:all`)
    })

    it(`lists in ${to}, and deletes there`, async () => {
      await crane('tag', `${source()}:all`, 'gone')
      expect((await crane('ls', target())).split('\n').sort()).toEqual(['all', 'amd64', 'arm64', 'gone'])
      await crane('delete', `${target()}:gone`)
      expect((await crane('ls', source())).split('\n').sort()).toEqual(['all', 'amd64', 'arm64'])
    })
  })
})
