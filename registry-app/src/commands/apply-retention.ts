import { retentionAudit } from '../events/retention-audit.ts'
import { warningOf } from '../maintenance/retain-regularly.ts'
import { retain } from '../retention/retain.ts'
import { retainOptions } from '../wiring/open-retention.ts'
import { type ConfigSource, loadFrom } from './config-source.ts'
import { openStorageForCommand } from './open-for-command.ts'

export interface ApplyRetentionOptions {
  dryRun: boolean
  quiet: boolean
  print: (line: string) => void
}

/**
 * `retention`: applies the rules once, beside a registry that serves, and explains each decision.
 *
 * @returns whether every repository could be looked at
 */
export async function applyRetention(source: ConfigSource, { dryRun, quiet, print }: ApplyRetentionOptions): Promise<boolean> {
  const { config, warnings } = loadFrom(source)
  const opened = await openStorageForCommand(config, source.environment, { writes: !dryRun, what: 'retention' })
  for (const warning of warnings) console.error(`warning: ${warning}`)
  if (config.policy.retention.rules.length === 0) {
    print('policy.retention has no rules: every tag stays')
    return true
  }
  const { audit } = opened
  try {
    const { repositories, kept, removed, failed } = await retain({
      ...retainOptions(config, opened),
      dryRun,
      explain: (name, { tag, stays, reason }) => {
        if (!quiet) print(`${name}:${tag} ${stays ? 'stays' : dryRun ? 'would go' : 'goes'}: ${reason}`)
      },
      removed: (name, removed) => audit && retentionAudit(audit.info, { name, ...removed }),
      failed: (name, error) => print(`${name} was left alone: ${error instanceof Error ? error.message : error}`),
    })
    const tags = (count: number) => `${count} ${count === 1 ? 'tag' : 'tags'}`
    print(
      `${repositories} ${repositories === 1 ? 'repository' : 'repositories'}: ${tags(removed)} ${dryRun ? 'would go' : 'removed'}, ${tags(kept)} kept`,
    )
    if (removed > 0 && !dryRun) print('registry.mjs restore --list shows what can be restored, and until when')
    const warning = warningOf(config)
    if (removed > 0 && warning) print(warning)
    if (failed > 0) print(`${failed} ${failed === 1 ? 'repository was' : 'repositories were'} left alone`)
    return failed === 0
  } finally {
    opened.end()
  }
}
