import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { distribution } from '../support/distribution.ts'
import { minio, startMinio } from '../support/minio.ts'
import { run } from '../support/run.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { tool } from '../support/tool.ts'
import { type Both, startBoth } from './support/both-registries.ts'
import { clientOf } from './support/client.ts'
import { digestOf, ociImage, pushContent } from './support/content.ts'

const binary = await tool('oras')

interface Referrer {
  mediaType: string
  digest: string
  size: number
  artifactType?: string
  annotations?: Record<string, string>
}

suite('what oras attached in Distribution’s bucket', [minio, distribution, binary], () => {
  let registries: Both
  let folder: string
  const image = ociImage(1)
  const subject = digestOf(image)
  const repository = 'signed/app'

  const oras = (...args: string[]) => run(binary.path, args, { cwd: folder, env: { HOME: folder } })
  const attach = (host: string, type: string, ...more: string[]) =>
    oras('attach', '--plain-http', '--artifact-type', type, ...more, `${host}/${repository}@${subject}`, 'statement.json:application/json')

  async function referrers(query = ''): Promise<Referrer[]> {
    const answer = await clientOf([registries.ours]).expect(200, 'GET', `/v2/${repository}/referrers/${subject}${query}`)
    return ((await answer.json()) as { manifests: Referrer[] }).manifests
  }
  const types = (entries: Referrer[]) => entries.map(({ artifactType }) => artifactType).sort()

  beforeAll(async () => {
    const store = await startMinio()
    await store.createBucket('images')
    registries = await startBoth(store, 'images')
    folder = await temporaryFolder()
    await writeFile(join(folder, 'statement.json'), '{}')

    const theirs = clientOf([registries.theirs])
    await pushContent(theirs, repository, 'v1', image)
    const byTag = ['--distribution-spec', 'v1.1-referrers-tag']
    await attach(registries.theirs.host, 'application/vnd.example.signature', ...byTag, '--annotation', 'com.example.by=somebody')
    await attach(registries.theirs.host, 'application/vnd.example.sbom', ...byTag)
    // Distribution knows no referrers: all that it has of them is under the tag.
    await theirs.expect(404, 'GET', `/v2/${repository}/referrers/${subject}`)
    await theirs.expect(200, 'HEAD', `/v2/${repository}/manifests/${subject.replace(':', '-')}`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    })
  })

  it('appears in our referrers', async () => {
    expect(types(await referrers())).toEqual(['application/vnd.example.sbom', 'application/vnd.example.signature'])
  })

  it('appears with its annotations, and as what it is', async () => {
    const [signature] = await referrers('?artifactType=application/vnd.example.signature')
    expect(signature).toMatchObject({
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      annotations: { 'com.example.by': 'somebody' },
    })
    const manifest = await clientOf([registries.ours]).expect(200, 'GET', `/v2/${repository}/manifests/${signature?.digest}`)
    expect(Number(manifest.headers.get('content-length'))).toBe(signature?.size)
  })

  it('is found by oras, which asks us by the referrers API', async () => {
    const found = await oras(
      'discover',
      '--plain-http',
      '--format',
      'json',
      '--distribution-spec',
      'v1.1-referrers-api',
      `${registries.ours.host}/${repository}@${subject}`,
    )
    expect(types((JSON.parse(found) as { referrers: Referrer[] }).referrers)).toEqual(types(await referrers()))
  })

  it('stands beside what is attached here, which leaves the tag as it was', async () => {
    const before = await tagged()
    await attach(registries.ours.host, 'application/vnd.example.scan')
    expect(types(await referrers())).toEqual([
      'application/vnd.example.sbom',
      'application/vnd.example.scan',
      'application/vnd.example.signature',
    ])
    expect(await tagged()).toBe(before)
  })

  const tagged = async () => {
    const answer = await clientOf([registries.ours]).expect(200, 'HEAD', `/v2/${repository}/manifests/${subject.replace(':', '-')}`)
    return answer.headers.get('docker-content-digest')
  }

  it.each([
    ['application/vnd.example.sbom', 'theirs'],
    ['application/vnd.example.scan', 'theirs'],
    ['application/vnd.example.signature', 'ours'],
  ] as const)('is gone from the answer once its manifest is deleted: %s, in %s', async (type, where) => {
    const [entry] = await referrers(`?artifactType=${type}`)
    await clientOf([registries[where]]).expect(202, 'DELETE', `/v2/${repository}/manifests/${entry?.digest}`)
    expect(types(await referrers())).not.toContain(type)
  })
})
