import { repositoriesOf } from '../registry-client/catalog.ts'
import type { ImageSource, ImageTarget } from '../registry-client/ports.ts'
import type { RegistryClient } from '../registry-client/registry-client.ts'
import { registrySource } from '../registry-client/registry-source.ts'
import { registryTarget } from '../registry-client/registry-target.ts'
import { UsageError } from '../usage-error.ts'
import type { Address, FileAddress, RegistryAddress } from './address.ts'
import { tagOf } from './layout/layout-index.ts'
import { openFileSource } from './open-file-source.ts'
import { openFileTarget } from './open-file-target.ts'
import { pairRepositories, repositoriesAtSource } from './pair-repositories.ts'
import type { Pair, Plan } from './plan.ts'

/** Opens the registry of one side. */
export type OpenClient = (side: 'from' | 'to', address: RegistryAddress) => Promise<RegistryClient>

/**
 * What is to be copied, as two addresses say it.
 *
 * @throws UsageError where they do not fit together; RegistryFailure
 */
export async function openPlan(from: Address, to: Address, openClient: OpenClient): Promise<Plan> {
  const title = `${titleOf(from)} to ${titleOf(to)}`
  if (from.kind === 'registry' && from.repository === undefined) {
    if (to.kind !== 'registry') throw new UsageError(`${titleOf(from)} is many repositories, and one goes into ${titleOf(to)}`)
    return { title, ...(await manyRepositories(from, to, openClient)) }
  }
  return { title, ...(await oneRepository(from, to, openClient)) }
}

async function manyRepositories(from: RegistryAddress, to: RegistryAddress, openClient: OpenClient): Promise<Omit<Plan, 'title'>> {
  const nameAtTarget = pairRepositories(from, to)
  const nameAtSource = repositoriesAtSource(from, to)
  const source = await openClient('from', from)
  const target = await openClient('to', to)
  const wanted = from.pattern?.fits ?? (() => true)
  // At a target that is a host alone, repositories are called as they are at the source.
  const wantedAtTarget = to.pattern?.fits ?? wanted
  return {
    async *pairs() {
      for await (const repository of repositoriesOf(source, wanted)) {
        yield { source: registrySource(source, repository), target: registryTarget(target, nameAtTarget(repository)) }
      }
    },
    async *targets() {
      for await (const repository of repositoriesOf(target, wantedAtTarget)) {
        yield { source: registrySource(source, nameAtSource(repository)), target: registryTarget(target, repository) }
      }
    },
    finish: async () => {},
    close: async () => {
      await Promise.all([source.close(), target.close()])
    },
  }
}

interface Opened<Side> {
  readonly side: Side
  finish(): Promise<void>
  close(whole: boolean): Promise<void>
}

async function oneRepository(from: Address, to: Address, openClient: OpenClient): Promise<Omit<Plan, 'title'>> {
  const { reference, as } = namesIn(from, to)
  const found = async (side: ImageSource) => {
    const names = await only(side, { reference, as }, to)
    const target = await openTarget(from, to, openClient)
    const pair: Pair = { source: side, target: target.side, ...names }
    return { pair, target }
  }
  const source = await openSource(from, openClient)
  const { pair, target } = await found(source.side).catch(async error => {
    await source.close(false)
    throw error
  })
  return {
    async *pairs() {
      yield pair
    },
    finish: () => target.finish(),
    async close(whole) {
      await source.close(whole)
      await target.close(whole)
    },
  }
}

interface Names {
  readonly reference?: string | undefined
  readonly as?: string | undefined
}

function namesIn(from: Address, to: Address): Names {
  const as = to.kind === 'registry' ? to.tag : tagOf(to.name)
  if (to.kind !== 'registry' && to.name !== undefined && as === undefined) throw new UsageError(`${titleOf(to)}: has no tag at its end`)
  if (to.kind === 'registry' && to.digest !== undefined)
    throw new UsageError(`${titleOf(to)}: an image gets a tag, and has its digest of itself`)
  if (from.kind !== 'registry') return { as }
  const reference = from.digest ?? from.tag
  if (reference === undefined && as !== undefined)
    throw new UsageError(`${titleOf(from)} is all of its tags, which cannot all be called ${as}`)
  return { reference, as: as ?? from.tag }
}

/** A file with one image in it need not say which. */
async function only(source: ImageSource & { nameless?(): Promise<string> }, names: Names, to: Address): Promise<Names> {
  const { reference, as } = names
  if (reference !== undefined) return names
  const nameless = await source.nameless?.()
  if (nameless !== undefined) {
    if (as === undefined && to.kind !== 'oci')
      throw new UsageError(`${source.title} has an image without a tag: say at the target which it gets`)
    return { reference: nameless, as }
  }
  if (as === undefined) return {}
  const [tag, ...others] = await source.tags()
  if (tag === undefined || others.length > 0)
    throw new UsageError(`${source.title} has several images, which cannot all be called ${as}: name one of them`)
  return { reference: tag, as }
}

async function openSource(from: Address, openClient: OpenClient): Promise<Opened<ImageSource>> {
  if (from.kind !== 'registry') {
    const source = await openFileSource(from)
    return { side: source, finish: async () => {}, close: () => source.close() }
  }
  const client = await openClient('from', from)
  return { side: registrySource(client, from.repository ?? ''), finish: async () => {}, close: () => client.close() }
}

async function openTarget(from: Address, to: Address, openClient: OpenClient): Promise<Opened<ImageTarget>> {
  if (to.kind !== 'registry') {
    const target = await openFileTarget(to, repositoryNameOf(from))
    return { side: target, finish: () => target.finish(), close: whole => (whole ? Promise.resolve() : target.abandon()) }
  }
  const repository = to.repository ?? (from.kind === 'registry' ? pairRepositories(from, to)(from.repository ?? '') : undefined)
  if (repository === undefined) throw new UsageError(`${titleOf(to)} names no repository, and ${titleOf(from)} has none either`)
  const client = await openClient('to', to)
  return { side: registryTarget(client, repository), finish: async () => {}, close: () => client.close() }
}

/** What an archive calls images that nobody gave a name. */
const repositoryNameOf = (from: Address) => (from.kind === 'registry' ? `${from.host}/${from.repository}` : 'image')

function titleOf(address: Address): string {
  if (address.kind !== 'registry') return fileTitle(address)
  const { host, repository, tag, digest, pattern } = address
  return `${host}${repository === undefined ? '' : `/${repository}`}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}${pattern ? `/${pattern.text}` : ''}`
}

const fileTitle = ({ kind, path, name }: FileAddress) => `${kind}:${path}${name === undefined ? '' : `:${name}`}`
