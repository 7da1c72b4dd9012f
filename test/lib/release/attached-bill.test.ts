import { expect, test } from 'vitest'
import { releaseCommand } from '../../../lib/release/command.ts'
import { name } from '../../registry-app/support/images.ts'
import { type Loopback, loopback, type Rule } from '../copy/support/loopback.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { pushNodeBase } from '../support/node-base.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const appFolder = stubAppFolder()
const type = 'application/vnd.cyclonedx+json'

async function release(sink: Loopback, { sbom }: { sbom?: boolean } = {}) {
  const source = await loopback()
  await pushNodeBase(source.host)
  const [out, error]: [string[], string[]] = [[], []]
  const options = { base: `${source.host}/node:24`, platform: 'linux/arm64,linux/amd64', ...(sbom === undefined ? {} : { sbom }) }
  const code = await releaseCommand(`${sink.host}/registry:1`, options, {
    ...{ out: text => out.push(text), error: text => error.push(text), signal: new AbortController().signal },
    ...{ variables: { DOCKER_CONFIG: temporaryFolder() }, appFolder },
  })
  return { code, error: error.join(''), digest: /@(sha256:\S+)/.exec(out.join(''))?.[1] ?? '' }
}

/** As much of the manifests, lists and bills as is looked at. */
interface Document {
  readonly manifests: readonly Described[]
  readonly layers: readonly Described[]
}

interface Described {
  readonly digest: string
  readonly artifactType?: string
}

async function read(sink: Loopback, path: string): Promise<Document> {
  const answer = await fetch(`${sink.url}/v2/registry/${path}`, { headers: { accept: '*/*' } })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Document
}

/** What `oras discover` would show, of the image and of those of both platforms. */
async function listsOf(sink: Loopback, digest: string) {
  const { manifests } = await read(sink, `manifests/${digest}`)
  const subjects: readonly Described[] = [{ digest }, ...manifests]
  return Promise.all(subjects.map(async subject => ({ subject, list: (await read(sink, `referrers/${subject.digest}`)).manifests })))
}

const tagsAt = ({ registry }: Loopback) => Array.fromAsync(registry.tags.list(name('registry'), ''))

/** As registries answer that store what has a subject, and think nothing of it. */
const ignorant: Rule = ({ path }) => (path.includes('/referrers/') ? { status: 404 } : undefined)

test('the bill of materials refers to the image, and to that of each platform', async () => {
  const sink = await loopback()

  const { code, error, digest } = await release(sink)

  expect([code, error]).toEqual([0, expect.stringContaining('the bill of materials: 4 packages, attached')])
  const lists = await listsOf(sink, digest)
  expect(lists.map(({ list }) => list.map(({ artifactType }) => artifactType))).toEqual(Array(3).fill([type]))
  for (const { subject, list } of lists) {
    const artifact = await read(sink, `manifests/${list[0]?.digest}`)
    expect(artifact).toMatchObject({
      ...{ artifactType: type, subject: { digest: subject.digest } },
      config: { mediaType: 'application/vnd.oci.empty.v1+json', size: 2 },
      layers: [{ mediaType: type, annotations: { 'org.opencontainers.image.title': 'bucket-registry.cdx.json' } }],
    })
    expect(await read(sink, `blobs/${artifact.layers[0]?.digest}`)).toMatchObject({ bomFormat: 'CycloneDX' })
  }
  expect(await tagsAt(sink)).toEqual(['1'])
})

test('pushed again, it is the same artifact', async () => {
  const sink = await loopback()
  const lists = [await release(sink), await release(sink)].map(({ digest }) => listsOf(sink, digest))

  const [first, again] = await Promise.all(lists)

  expect(again).toEqual(first)
})

test('a registry that lists no referrers has them under tags, once, however often it is pushed', async () => {
  const sink = await loopback(ignorant, {}, ['oci-subject'])

  const { digest } = await release(sink)
  await release(sink)

  const { manifests } = await read(sink, `manifests/${digest}`)
  const subjects: string[] = [digest, ...manifests.map(each => each.digest)]
  expect((await tagsAt(sink)).toSorted()).toEqual(['1', ...subjects.map(each => each.replace(':', '-'))].toSorted())
  for (const subject of subjects) {
    expect((await read(sink, `manifests/${subject.replace(':', '-')}`)).manifests).toMatchObject([{ artifactType: type }])
  }
})

test('without it nothing refers to the image, whose digest is the same', async () => {
  const [sink, other] = [await loopback(), await loopback()]

  const { code, error, digest } = await release(sink, { sbom: false })

  expect([code, error]).toEqual([0, expect.not.stringContaining('bill of materials')])
  expect((await listsOf(sink, digest)).flatMap(({ list }) => list)).toEqual([])
  expect((await release(other)).digest).toBe(digest)
})

test('a registry that takes images alone is told of, and what to do', async () => {
  const refused = { status: 400, body: '{"errors":[{"code":"MANIFEST_INVALID","message":"an image has layers of an image"}]}' }
  const sink = await loopback()
  let puts = 0
  // Those of two platforms, the index, and then the first bill.
  sink.behave(({ method, path }) => (method === 'PUT' && path.includes('/manifests/') && ++puts > 3 ? refused : undefined))

  const { code, error } = await release(sink)

  expect(code).toBe(1)
  expect(error).toMatch(
    /the image is there, but its bill of materials was refused: PUT \S+: 400, MANIFEST_INVALID .*; --no-sbom pushes the image alone$/m,
  )
  expect(await tagsAt(sink)).toEqual(['1'])
})
