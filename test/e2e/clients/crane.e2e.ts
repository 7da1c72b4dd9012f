import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { tool } from '../support/tool.ts'
import { writeLayers } from './layers.ts'
import { serverForSuite } from './server-for-suite.ts'

const binary = await tool('crane')
const crane = (...args: string[]) => run(binary.path, args)

suite('crane', [binary], () => {
  let folder: string
  let image: string
  let first: string

  beforeAll(async () => {
    const { server, folder: own } = await serverForSuite()
    folder = own
    image = `${server.host}/team/crane`
    const layers = await writeLayers(join(folder, 'layers'), [3_000_000, 1000, 0])
    await crane('append', '--oci-empty-base', ...layers.flatMap(layer => ['--new_layer', layer]), '--new_tag', `${image}:v1`)
    first = await crane('digest', `${image}:v1`)
  })

  it('finds every layer of what it pushed as it should be', async () => {
    await crane('validate', '--remote', `${image}:v1`)
  })

  it('pulls an image as OCI layout and pushes it again under the same digest', async () => {
    const layout = join(folder, 'layout')
    await crane('pull', '--format', 'oci', `${image}:v1`, layout)
    await crane('push', layout, `${image}:again`)
    expect(await crane('digest', `${image}:again`)).toBe(first)
  })

  it('mutates an image into another', async () => {
    await crane('mutate', '--label', 'stage=test', '--tag', `${image}:mutated`, `${image}:v1`)
    expect(JSON.parse(await crane('config', `${image}:mutated`)).config.Labels).toEqual({ stage: 'test' })
    expect(await crane('digest', `${image}:mutated`)).not.toBe(first)
  })

  it('copies an image into another repository, and lists both', async () => {
    const other = image.replace('team/', 'other/')
    await crane('copy', `${image}:v1`, `${other}:v1`)
    await crane('validate', '--remote', `${other}:v1`)
    expect((await crane('catalog', image.split('/')[0] ?? '')).split('\n')).toEqual(['other/crane', 'team/crane'])
  })

  it('appends images to an index', async () => {
    await crane('mutate', '--set-platform', 'linux/arm64', '--tag', `${image}:arm64`, `${image}:v1`)
    await crane('index', 'append', '--manifest', `${image}:v1`, '--manifest', `${image}:arm64`, '--tag', `${image}:index`)
    const { manifests } = JSON.parse(await crane('manifest', `${image}:index`))
    expect(manifests.map(({ digest }: { digest: string }) => digest)).toEqual([first, await crane('digest', `${image}:arm64`)])
    await crane('validate', '--remote', `${image}:index`)
  })

  it('lists the tags in lexical order, and deletes one', async () => {
    await crane('tag', `${image}:v1`, 'V2')
    const tags = (await crane('ls', image)).split('\n')
    expect(tags).toContain('V2')
    expect(tags).toEqual([...tags].sort())
    await crane('delete', `${image}:V2`)
    expect(await crane('ls', image)).not.toContain('V2')
  })
})
