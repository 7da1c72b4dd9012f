import type { KnownOfStore } from './storage-settings.ts'

/** A store of which nothing is known but where it is: what most of them take stands first. */
export const anyStore: KnownOfStore = {
  title: 'a store without a provider',
  regions: [],
  signing: ['v4', 'v2'],
  addressing: ['path', 'virtual'],
}
