import { recommendedSettings, type StorageSettings } from './recommend.ts'
import type { Report } from './report.ts'

/** What a target does not tell of a configuration. */
export interface SettingsInForce {
  /** The canned ACL of what is written. @default - none */
  readonly acl?: string | undefined
  /** Clients are sent to the store, whether its URLs work or not. */
  readonly redirects: boolean
}

/** Of the recommended settings those that are not in force, where there are any. */
export function recommendedChanges(report: Report, { acl, redirects }: SettingsInForce): Partial<StorageSettings> | undefined {
  const { target, facts, unasked } = report
  // Nothing of what follows was found out.
  if (!facts.signing?.length) return undefined
  const recommended = recommendedSettings({ target, facts })
  const asConfigured = recommendedSettings({ target, facts: {} }).s3
  const inForce: StorageSettings['s3'] = { ...asConfigured, objectacl: acl ?? 'none' }
  const s3 = Object.fromEntries(Object.entries(recommended.s3).filter(([key, value]) => inForce[key] !== value))
  const redirect = redirects && unasked === 0 ? recommended.redirect : undefined
  if (Object.keys(s3).length === 0 && !redirect) return undefined
  return { ...(Object.keys(s3).length > 0 && { s3 }), ...(redirect && { redirect }) }
}
