import type { CallOptions } from '../storage/driver.ts'
import type { Digest } from './digest.ts'
import { RegistryError } from './errors.ts'
import type { Name, Tag } from './name.ts'
import type { Tags } from './tags.ts'

/** Tags that name the same manifest for as long as they are there (`policy.immutabletags`). */
export interface ImmutableTagRule {
  readonly covers: (name: Name, tag: Tag) => boolean
  /** Whether such a tag may be deleted. */
  readonly deletable: boolean
}

/** What pushes and deletions may do to tags. Where no rule covers a tag, it costs nothing. */
export interface ImmutableTags {
  /** Before anything of a push is stored. @throws RegistryError DENIED if one of the tags names another manifest */
  check(name: Name, tags: readonly Tag[], digest: Digest, options?: CallOptions): Promise<void>
  /** Sets a tag. @throws RegistryError DENIED if another push was faster */
  set(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<void>
  isDeletable(name: Name, tag: Tag): boolean
  /** @throws RegistryError DENIED if one of the tags is to stay */
  refuseDeletion(name: Name, tags: readonly Tag[]): void
}

/**
 * Clients move these whenever an image gets another referrer or signature: the referrers tag of the OCI distribution specification ("Referrers Tag Schema"), and
 * cosign's, which are named for the image that they are about.
 */
const movedByClients = /^sha(256|512)-[0-9a-f]{32,128}(\.[a-z]+)?$/

export const isMovedByClients = (tag: string) => movedByClients.test(tag)

export function immutableTags(tags: Tags, rules: readonly ImmutableTagRule[]): ImmutableTags {
  const covering = (name: Name, tag: Tag) => (isMovedByClients(tag) ? [] : rules.filter(rule => rule.covers(name, tag)))
  const isCovered = (name: Name, tag: Tag) => covering(name, tag).length > 0
  const isDeletable = (name: Name, tag: Tag) => covering(name, tag).every(({ deletable }) => deletable)

  /** @returns whether the tag is there, and names this manifest @throws RegistryError DENIED if it names another one */
  async function check(name: Name, tag: Tag, digest: Digest, options?: CallOptions): Promise<boolean> {
    const current = await tags.get(name, tag, options)
    if (current === undefined || current === digest) return current !== undefined
    const reason = 'this tag is immutable here (policy.immutabletags), and names another manifest: push under another tag'
    throw new RegistryError('DENIED', { name, tag, digest: current, reason }, { message: `tag ${tag} is immutable, and exists already` })
  }

  const inTurn = oneAfterAnother()

  return {
    async check(name, pushed, digest, options) {
      for (const tag of pushed) if (isCovered(name, tag)) await check(name, tag, digest, options)
    },

    async set(name, tag, digest, options) {
      if (!isCovered(name, tag)) return tags.set(name, tag, digest, options)
      if (tags.create) {
        // Neither new nor there: it was deleted in between.
        while (!(await tags.create(name, tag, digest, options)) && !(await check(name, tag, digest, options)));
        return
      }
      await inTurn(`${name}:${tag}`, async () => {
        await check(name, tag, digest, options)
        await tags.set(name, tag, digest, options)
      })
    },

    isDeletable,

    refuseDeletion(name, deleted) {
      const kept = deleted.filter(tag => !isDeletable(name, tag))
      if (kept.length === 0) return
      const reason = 'these tags are immutable here (policy.immutabletags), and not to be deleted'
      throw new RegistryError('DENIED', { name, tags: kept, reason }, { message: `tag ${kept[0]} is immutable` })
    },
  }
}

/** Where the store cannot say who was first, this process can, of its own pushes. */
function oneAfterAnother() {
  const last = new Map<string, Promise<void>>()
  return async (key: string, work: () => Promise<void>): Promise<void> => {
    // How the one before ended is told to whoever asked for it.
    const mine = (last.get(key) ?? Promise.resolve()).catch(() => {}).then(work)
    last.set(key, mine)
    try {
      await mine
    } finally {
      if (last.get(key) === mine) last.delete(key)
    }
  }
}
