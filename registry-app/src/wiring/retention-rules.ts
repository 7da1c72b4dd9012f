import { compileGlob } from '../auth/access/glob.ts'
import { compileTagGlob } from '../auth/access/tag-glob.ts'
import type { Config } from '../config/schema/config.ts'
import type { RetentionRule } from '../retention/rule.ts'

/** `policy.retention.rules`, their globs compiled. */
export function retentionRules({ retention }: Config['policy']): readonly RetentionRule[] {
  return retention.rules.map(({ name, repositories, tags, keep, referrers }, index) => {
    const here = repositories.map(compileGlob)
    const covered = tags.map(compileTagGlob)
    const kept = keep.tags?.map(compileTagGlob)
    return {
      title: name ?? `rule ${index + 1}`,
      isAbout: repository => here.some(fits => fits(repository)),
      covers: tag => covered.some(fits => fits(tag)),
      keep: { ...keep, tags: kept && { fits: tag => kept.some(fits => fits(tag)), written: (keep.tags ?? []).join(', ') } },
      referrers,
    }
  })
}
