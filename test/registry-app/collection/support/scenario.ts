import { collect } from '../../../../registry-app/src/collection/collect.ts'
import type { CollectorsRule } from '../../../../registry-app/src/collection/surroundings.ts'
import { reliances, type WritersRule } from '../../../../registry-app/src/registry/condemned/reliance.ts'
import type { Digest } from '../../../../registry-app/src/registry/digest.ts'
import { RegistryError } from '../../../../registry-app/src/registry/errors.ts'
import { type Name, parseTag } from '../../../../registry-app/src/registry/name.ts'
import { blobDataPath, layerLinkPath, revisionLinkPath } from '../../../../registry-app/src/registry/paths.ts'
import { createRegistry, type Registry } from '../../../../registry-app/src/registry/registry.ts'
import { retain } from '../../../../registry-app/src/retention/retain.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { bytes, sha256 } from '../../support/bytes.ts'
import { counter } from '../../support/counter.ts'
import { configType, descriptor, encode, image, index, layerType, name } from '../../support/images.ts'
import { removedIn } from '../../support/removed.ts'
import { body, travel } from '../../support/uploads.ts'
import { timings, type World } from './world.ts'

/** What somebody does. The numbers choose among the few images and repositories that there are, so that they meet. */
export type Command =
  | { readonly kind: 'push'; readonly repository: number; readonly image: number; readonly way: number; readonly tag: boolean }
  | { readonly kind: 'tag'; readonly repository: number; readonly image: number }
  | { readonly kind: 'push-index'; readonly repository: number }
  | { readonly kind: 'delete-tag' | 'delete-manifest' | 'retire' | 'restore'; readonly repository: number; readonly image: number }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Until a collector is about to delete, or for three graces. */
  | { readonly kind: 'lie-in-wait' }

export interface Scenario {
  readonly writers: readonly (readonly Command[])[]
  readonly collectors: number
  readonly untagged: boolean
  readonly without?: { readonly [Rule in WritersRule | CollectorsRule]?: boolean } | undefined
}

const repositories = [name('a'), name('a/b')]
/** How long what was retired can be restored. */
const undoGrace = 4 * timings.grace
const layers = ['one', 'two', 'three'].map(text => bytes(`layer ${text}`))
const config = bytes('{"config":true}')
const images = [[0], [0, 1], [2]].map((which, number) => {
  const all = which.map(each => layers[each] ?? config)
  const json = image({
    config: descriptor(config, configType),
    layers: all.map(each => descriptor(each, layerType)),
    annotations: { number: String(number) },
  })
  return { content: encode(json), digest: sha256(encode(json)), blobs: [config, ...all] }
})
const both = index(
  images.slice(0, 2).map(({ content }) => ({ ...descriptor(content), mediaType: 'application/vnd.oci.image.manifest.v1+json' })),
)
const indexContent = encode(both)

/** What was pushed or deleted, and when: what happened at the same time may have happened in any order. */
interface Deed {
  readonly what: 'pushed' | 'refused' | 'deleted'
  readonly repository: Name
  readonly digest: Digest
  readonly tag: string | undefined
  /** Not by a client, but by a rule: it can be restored. */
  readonly byRule?: true
  readonly begun: Moment
  readonly ended: Moment
}

interface Moment {
  /** No two have the same. */
  readonly order: number
  /** Milliseconds since 1970. */
  readonly time: number
}

/**
 * Lets writers and collectors loose on a store that has had garbage for long.
 *
 * @returns what an acknowledged image lacks; nothing, if all is well
 */
export async function play(world: World, { writers, collectors, untagged, without }: Scenario): Promise<string[]> {
  const deeds: Deed[] = []
  const notRestored: string[] = []
  let moments = 0
  const moment = (): Moment => ({ order: moments++, time: world.now().getTime() })
  const open = (actor: string, driver: StorageDriver) =>
    createRegistry({
      driver,
      rules: { platforms: 'all' },
      secret: 'a secret of this test',
      maximumAge: 100 * timings.grace,
      believedFor: timings.grace / 10,
      verify: false,
      urlsExpireIn: 1200,
      now: world.now,
      randomId: counter('upload'),
      randomName: counter('name'),
      reliances: reliances({
        driver,
        timings,
        believedFor: timings.grace / 10,
        clock: world.clock,
        sleep: world.sleepOf(actor),
        randomName: counter('rescue'),
        without,
      }),
    })

  const images1 = (number: number) => images[number % images.length] ?? images[0]
  async function withRecord(deed: Omit<Deed, 'begun' | 'ended' | 'what'>, what: 'pushed' | 'deleted', work: () => Promise<unknown>) {
    const begun = moment()
    try {
      await work()
      deeds.push({ ...deed, what, begun, ended: moment() })
      world.log.push(() => `        ${what} ${deed.repository} ${deed.digest.slice(7, 11)}`)
      return true
    } catch (error) {
      deeds.push({ ...deed, what: 'refused', begun, ended: moment() })
      if (!isRefusal(error)) throw error
      world.log.push(() => `        refused ${deed.repository} ${deed.digest.slice(7, 11)}`)
      return false
    }
  }

  async function pushBlob(registry: Registry, to: Name, content: Uint8Array, way: number) {
    const digest = sha256(content)
    if (await registry.blobs.offer(to, digest)) return
    const other = repositories.find(each => each !== to)
    if (way === 0) await registry.uploads.store(to, digest, body(content))
    else if (way === 1 && (await registry.blobs.mount(to, digest, other))) return
    else {
      const state = await registry.uploads.append(registry.uploads.start(to), { pieces: body(content).pieces })
      await registry.uploads.finish(travel(registry, state), digest, undefined)
    }
  }

  const putImage = (registry: Registry, repository: Name, number: number, tag: string | undefined) => {
    const { content, digest } = images1(number) as (typeof images)[number]
    const reference = tag === undefined ? { digest } : { tag: parseTag(tag) }
    return withRecord({ repository, digest, tag }, 'pushed', () =>
      registry.manifests.put(repository, reference, { content, mediaType: undefined, tags: [] }),
    )
  }

  async function pushImage(registry: Registry, repository: Name, number: number, way: number, tag: string | undefined) {
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        for (const content of images1(number)?.blobs ?? []) await pushBlob(registry, repository, content, way)
      } catch (error) {
        if (!isRefusal(error)) throw error
        continue
      }
      if (await putImage(registry, repository, number, tag)) return
    }
  }

  /** By a rule that keeps everything else. */
  async function retire(driver: StorageDriver, repository: Name, tag: string, sleep: (milliseconds: number) => Promise<void>) {
    const keep = { tags: { fits: () => false, written: 'nothing' } }
    const rule = {
      title: 'rule',
      isAbout: (each: Name) => each === repository,
      covers: (each: string) => each === tag,
      keep,
      referrers: false,
    }
    const begun = moment()
    await retain({
      ...{ driver, rules: [rule], isDeletable: () => true, grace: undoGrace, batchtime: timings.batchtime, margin: timings.margin },
      ...{ breadth: 2, randomName: counter('removal'), sleep, dryRun: false },
      removed: (_, { digest }) => deeds.push({ what: 'deleted', repository, digest, tag, byRule: true, begun, ended: moment() }),
    })
  }

  /** What was removed is there, as long as the record says; whatever was done to it meanwhile. */
  async function restore(registry: Registry, repository: Name, tag: string) {
    const begun = moment()
    const left = (await registry.undo.list(repository)).findLast(each => each.tag === tag)
    if (!left) return
    try {
      const { digest } = await registry.undo.restore(repository, { tag: parseTag(tag) })
      deeds.push({ what: 'pushed', repository, digest, tag, begun, ended: moment() })
      world.log.push(() => `        restored ${repository} ${digest.slice(7, 11)}`)
    } catch (error) {
      const isMissing = !(error instanceof RegistryError) || error.message.includes('its data no longer exists')
      if (isMissing && left.until > world.now().getTime()) notRestored.push(`${repository}:${tag} cannot be restored: ${error}`)
    }
  }

  async function obey(registry: Registry, driver: StorageDriver, command: Command, sleep: (milliseconds: number) => Promise<void>) {
    if (command.kind === 'wait') return sleep(command.seconds * 1000)
    if (command.kind === 'lie-in-wait') {
      const seen = world.critical()
      for (let waited = 0; waited < 3 * timings.grace && world.critical() === seen; waited += 4_000) await sleep(4_000)
      return
    }
    const repository = repositories[command.repository % repositories.length] ?? name('a')
    if (command.kind === 'push-index') {
      for (const number of [0, 1]) await pushImage(registry, repository, number, 0, undefined)
      const pushed = { content: indexContent, mediaType: undefined, tags: [] }
      await withRecord({ repository, digest: sha256(indexContent), tag: 'index' }, 'pushed', () =>
        registry.manifests.put(repository, { tag: parseTag('index') }, pushed),
      )
      return
    }
    const { digest } = images1(command.image) as (typeof images)[number]
    const tag = `v${command.image % images.length}`
    if (command.kind === 'retire') return retire(driver, repository, tag, sleep)
    if (command.kind === 'restore') return restore(registry, repository, tag)
    if (command.kind === 'push') return pushImage(registry, repository, command.image, command.way, command.tag ? tag : undefined)
    if (command.kind === 'tag') return void (await putImage(registry, repository, command.image, tag))
    const reference = command.kind === 'delete-tag' ? { tag: parseTag(tag) } : { digest }
    await withRecord({ repository, digest, tag: command.kind === 'delete-tag' ? tag : undefined }, 'deleted', () =>
      registry.manifests.delete(repository, reference),
    )
  }

  async function write(actor: string, commands: readonly Command[]) {
    const driver = world.driverOf(actor)
    const registry = open(actor, driver)
    for (const command of commands) await obey(registry, driver, command, world.sleepOf(actor))
  }

  async function sweepOften(actor: string) {
    const driver = world.driverOf(actor)
    const sleep = world.sleepOf(actor)
    for (let rounds = 0; rounds < 4; rounds += 1) {
      await collect({
        driver,
        timings,
        breadth: 2,
        randomName: counter('run'),
        progress: () => {},
        untagged,
        dryRun: false,
        exclusive: false,
        without,
      })
      await sleep(
        [1_000, timings.grace / 2, timings.grace + timings.margin, timings.grace + 2 * timings.margin][world.random.whole(0, 4)] ?? 0,
      )
    }
  }

  // Garbage of old: images whose manifests were deleted, and links to their blobs.
  const first = open('first', world.store)
  for (const repository of repositories) {
    for (const number of [0, 1, 2]) await pushImage(first, repository, number, 0, `v${number}`)
    if (!untagged) for (const { digest } of images) await first.manifests.delete(repository, { digest })
    for (const tag of ['v0', 'v1', 'v2']) await first.manifests.delete(repository, { tag: parseTag(tag) })
  }
  deeds.length = 0
  world.move(2 * timings.grace)

  const actors = [
    ...writers.map((commands, number) => write(`writer-${number}`, commands)),
    ...Array.from({ length: collectors }, (_, number) => sweepOften(`collector-${number}`)),
  ]
  await world.run(actors)
  return [...(await losses(world.store, deeds, untagged)), ...notRestored, ...(await lostRecords(world, deeds, untagged))]
}

/** Of each that can be restored, the bytes are there; but for what a client had deleted before, and a push that was refused has left a tag for. */
async function lostRecords({ store, now }: World, deeds: readonly Deed[], untagged: boolean): Promise<string[]> {
  const lost: string[] = []
  for (const { name, tag, digest, until, removed } of await removedIn(store)) {
    if (until <= now().getTime()) continue
    const about = deeds.filter(each => each.repository === name && each.digest === digest && each.ended.time <= removed)
    const deleted = about.filter(({ what, tag: which, byRule }) => what === 'deleted' && !byRule && (which === undefined || untagged))
    const pushed = about.filter(({ what }) => what === 'pushed')
    if (deleted.some(deletion => !pushed.some(push => push.begun.order > deletion.ended.order))) continue
    const keys = (await missing(store, name, digest)).filter(key => !key.includes('/revisions/'))
    for (const key of keys) lost.push(`${name}:${tag} was removed, and lacks ${key}`)
  }
  return lost
}

const isRefusal = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isRefusal)
    : error instanceof RegistryError && ['UNAVAILABLE', 'MANIFEST_BLOB_UNKNOWN', 'BLOB_UPLOAD_UNKNOWN'].includes(error.code)

async function losses(store: StorageDriver, deeds: readonly Deed[], untagged: boolean): Promise<string[]> {
  const lost = new Set<string>()
  for (const deed of deeds) {
    if (deed.what !== 'pushed' || (untagged && deed.tag === undefined)) continue
    // Only what nothing else can have taken away, or replaced, since this push began.
    const others = deeds.filter(each => each !== deed && each.repository === deed.repository && each.ended.order > deed.begun.order)
    const wanted = [deed.digest, ...childrenOf(deed.digest)]
    const isTakenAway = ({ what, tag, digest }: Deed) =>
      what === 'deleted' && (tag === undefined ? wanted.includes(digest) : untagged && tag === deed.tag)
    if (others.some(isTakenAway)) continue
    for (const key of await missing(store, deed.repository, deed.digest)) lost.add(`${deed.repository}@${deed.digest}: ${key}`)
  }
  return [...lost]
}

const childrenOf = (digest: Digest) => (images.some(each => each.digest === digest) ? [] : images.slice(0, 2).map(each => each.digest))

async function missing(store: StorageDriver, repository: Name, digest: Digest): Promise<string[]> {
  const found = images.find(each => each.digest === digest)
  const keys = [revisionLinkPath(repository, digest), blobDataPath(digest)]
  for (const content of found?.blobs ?? []) keys.push(blobDataPath(sha256(content)), layerLinkPath(repository, sha256(content)))
  const absent: string[] = []
  for (const key of keys) if (!(await store.stat(key))) absent.push(key)
  for (const child of childrenOf(digest)) absent.push(...(await missing(store, repository, child)))
  return absent
}
