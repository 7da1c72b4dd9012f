import { compileGoRegExp } from '../config/go-regexp.ts'
import type { Config } from '../config/schema/config.ts'
import type { ManifestRules } from '../registry/manifest-rules.ts'

/** Without the section any layer URL is accepted; with it, Distribution's rules hold; switched off, nothing is checked. */
export function manifestRules(validation: Config['validation']): ManifestRules | undefined {
  if (!validation) return { platforms: 'all' }
  if (validation.disabled && !validation.enabled) return undefined
  const { urls, indexes } = validation.manifests
  const compiled = { allow: urls.allow.map(compileGoRegExp), deny: urls.deny.map(compileGoRegExp) }
  return { urls: compiled, platforms: indexes.platforms === 'list' ? indexes.platformlist : indexes.platforms }
}
