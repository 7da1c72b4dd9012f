import type { CallOptions, Key, StorageDriver } from '../../storage/driver.ts'
import type { Digest } from '../digest.ts'
import { condemnedPath } from '../paths.ts'
import { type CondemnedList, decodeList, listLimit } from './condemned-list.ts'
import { isPacked } from './digest-bytes.ts'

/** The published lists of condemned blobs, as they were at a moment. */
export interface View {
  /** Before the lists were asked for, by the clock of whoever asked. */
  readonly at: number
  readonly lists: ReadonlyMap<Key, CondemnedList>
}

export const isListed = ({ lists }: View, canonical: Digest): boolean => lists.values().some(({ digests }) => isPacked(digests, canonical))

export interface CondemnedView {
  /** As of at most `viewage` ago: one LIST, while somebody asks. Each list is fetched once. */
  recent(options?: CallOptions): Promise<View>
  /** As of now. */
  fresh(options?: CallOptions): Promise<View>
}

/** @param clock milliseconds @param viewage milliseconds */
export function condemnedView(driver: StorageDriver, clock: () => number, viewage: number): CondemnedView {
  let view: View | undefined
  let underWay: { at: number; view: Promise<View> } | undefined

  async function look(at: number, options?: CallOptions): Promise<View> {
    const lists = new Map<Key, CondemnedList>()
    for await (const { objects } of driver.list(condemnedPath, options)) {
      for (const { key } of objects) {
        const known = view?.lists.get(key) ?? (await fetchList(driver, key, options))
        if (known) lists.set(key, known)
      }
    }
    const seen = { at, lists }
    if (!view || view.at < at) view = seen
    return seen
  }

  return {
    async recent(options) {
      const young = (at: number) => clock() - at < viewage
      if (view && young(view.at)) return view
      // By the first who asks, for all who do; so that it ends with nobody's request.
      if (!underWay || !young(underWay.at)) {
        const at = clock()
        const started = { at, view: look(at) }
        underWay = started
        const ended = () => {
          if (underWay === started) underWay = undefined
        }
        started.view.then(ended, ended)
      }
      const seen = await underWay.view
      return young(seen.at) ? seen : look(clock(), options)
    },
    fresh: options => look(clock(), options),
  }
}

/** @returns `undefined` if it has been taken away meanwhile */
async function fetchList(driver: StorageDriver, key: Key, options?: CallOptions): Promise<CondemnedList | undefined> {
  const content = await driver.read(key, { ...options, limit: listLimit })
  return content && decodeList(key, content)
}
