import type { Decision } from '../../../../registry-app/src/retention/decide.ts'
import { type Retained, type RetainOptions, retain } from '../../../../registry-app/src/retention/retain.ts'
import type { RetentionRule } from '../../../../registry-app/src/retention/rule.ts'
import type { StorageDriver } from '../../../../registry-app/src/storage/driver.ts'
import { retentionRules } from '../../../../registry-app/src/wiring/retention-rules.ts'
import { load } from '../../config/complaints-of.ts'
import { all } from '../../support/bytes.ts'
import { counter } from '../../support/counter.ts'
import { name } from '../../support/images.ts'
import { hour, trial } from '../../support/registry.ts'

export const day = 24 * hour

/** As a person writes them: `[{repositories: ['**'], keep: {newest: 2}}]`. */
export const rulesOf = (yaml: string): readonly RetentionRule[] =>
  retentionRules(load(`{storage: inmemory, policy: {retention: {rules: ${yaml}}}}`).config.policy)

/** A registry, and retention over the same storage. */
export function retentionTrial(options: Parameters<typeof trial>[0] = {}) {
  const opened = trial(options)
  const { driver, clock, registry } = opened
  const apply = async (
    rules: string,
    more: Partial<RetainOptions> = {},
  ): Promise<Retained & { decisions: string[]; gone: string[]; failures: string[] }> => {
    const [decisions, gone, failures]: string[][] = [[], [], []]
    const sum = await retain({
      ...retaining(driver, rulesOf(rules)),
      sleep: async milliseconds => clock.move(milliseconds),
      explain: (name, { tag, stays, reason }: Decision) => decisions?.push(`${name}:${tag} ${stays ? 'stays' : 'goes'}: ${reason}`),
      removed: (name, { tag }) => gone?.push(`${name}:${tag}`),
      failed: (name, error) => failures?.push(`${name}: ${error instanceof Error ? error.message : error}`),
      ...more,
    })
    return { ...sum, decisions: decisions ?? [], gone: gone ?? [], failures: failures ?? [] }
  }
  const tags = (repository: string) => all(registry.tags.list(name(repository), ''))
  return { ...opened, apply, tags }
}

export const retaining = (driver: StorageDriver, rules: readonly RetentionRule[]): RetainOptions => ({
  driver,
  rules,
  isDeletable: () => true,
  grace: 7 * day,
  batchtime: 30_000,
  margin: 60_000,
  breadth: 4,
  randomName: counter('removal'),
  sleep: async () => {},
  dryRun: false,
})
