import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import type { Digest } from '../../registry-app/src/registry/digest.ts'
import { canonicalDigest } from '../../registry-app/src/registry/manifest-store.ts'
import type { Recipe } from './read-dockerfile.ts'
import { type TarEntry, tar } from './tar.ts'

/** A layer that is the same on every platform. */
export interface Layer {
  readonly content: Buffer
  readonly digest: Digest
  /** Of what is in it when it is unpacked. */
  readonly diffId: string
}

/** The one layer that the recipe adds. @param folder what its files are relative to */
export function layerOf({ files, folders }: Recipe, folder: string): Layer {
  const found = files.map(({ from, to }) => ({ path: to, source: join(folder, from) }))
  // Those that a base has are left as they are there: below the root, it has none of ours.
  const parents = new Set(found.map(({ path }) => path.replace(/[^/]*$/, '')).filter(path => path.split('/').length > 3))
  const entries: TarEntry[] = [
    ...[...parents].map(path => ({ path, mode: 0o755, owner: 0 })),
    ...folders.map(({ path, owner }) => ({ path: `${path}/`, mode: 0o755, owner })),
    ...found.map(({ path, source }) => ({ path, mode: modeOf(source), owner: 0, content: readFileSync(source) })),
  ]
  const archive = tar(entries.map(entry => ({ ...entry, path: entry.path.replace(/^\//, '') })).toSorted(byPath))
  const content = gzipSync(archive, { level: 9 })
  return { content, digest: canonicalDigest(content), diffId: canonicalDigest(archive) }
}

const byPath = (a: TarEntry, b: TarEntry) => (a.path < b.path ? -1 : 1)

const modeOf = (path: string) => ((statSync(path).mode & 0o111) === 0 ? 0o644 : 0o755)

/** As much of the base's as is changed. */
const baseConfig = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  created: z.string().optional(),
  config: z.looseObject({ Env: z.array(z.string()).nullish(), Labels: z.record(z.string(), z.string()).nullish() }).default({}),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()).default([]),
})

/** The configuration of the image on one platform: the base's, and what the recipe says over it. */
export function configOf(base: string, recipe: Recipe, { diffId }: Layer): string {
  const { config, rootfs, history, created, ...rest } = baseConfig.parse(JSON.parse(base))
  const variables = Object.entries(recipe.variables).map(([name, value]) => `${name}=${value}`)
  const kept = (config.Env ?? []).filter(each => recipe.variables[each.replace(/=.*$/s, '')] === undefined)
  return JSON.stringify({
    ...rest,
    // Of the base: the same image is the same bytes, whenever it is made.
    ...(created === undefined ? {} : { created }),
    config: { ...config, ...recipe.config, Env: [...kept, ...variables], Labels: { ...config.Labels, ...recipe.labels } },
    rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, diffId] },
    history: [...history, { ...(created === undefined ? {} : { created }), created_by: 'bucket-registry release' }],
  })
}
