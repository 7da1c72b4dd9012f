import { compileGlob } from '../auth/access/glob.ts'
import { compileTagGlob } from '../auth/access/tag-glob.ts'
import type { Config } from '../config/schema/config.ts'
import type { ImmutableTagRule } from '../registry/immutable-tags.ts'

/** `policy.immutabletags`, its globs compiled. */
export function immutableTagRules({ immutabletags }: Config['policy']): readonly ImmutableTagRule[] {
  return immutabletags.map(({ repositories, tags, except, deletable }) => {
    const [here, meant, excepted] = [repositories.map(compileGlob), tags.map(compileTagGlob), except.map(compileTagGlob)]
    const covers: ImmutableTagRule['covers'] = (name, tag) =>
      here.some(fits => fits(name)) && meant.some(fits => fits(tag)) && !excepted.some(fits => fits(tag))
    return { covers, deletable }
  })
}
