import { stringify } from 'yaml'
import { bestWay } from './patient.ts'
import type { Report } from './report.ts'

/** The keys of a config.yml's `storage` section that a bucket needs; credentials are not among them. */
export interface StorageSettings {
  readonly s3: Readonly<Record<string, string | number | boolean>>
  readonly redirect?: { readonly disable: true }
}

/** The `storage` section with which a registry uses the bucket, as far as the answers tell; without its keys. */
export function recommendedSettings({ target, facts }: Pick<Report, 'target' | 'facts'>): StorageSettings {
  const { bucket, endpoint, root } = target
  const { signing, addressing, region, contentMd5 } = bestWay({ target, facts })
  return {
    s3: {
      bucket,
      region,
      ...(endpoint === undefined ? {} : { regionendpoint: bare(endpoint) }),
      secure: isSecure(target),
      forcepathstyle: addressing === 'path',
      signingversion: signing,
      ...(contentMd5 ? { contentmd5: true } : {}),
      ...(facts.acl === false ? { objectacl: 'none' } : {}),
      ...(root === '' ? {} : { rootdirectory: root }),
    },
    ...(facts.presigned?.includes(signing) ? {} : { redirect: { disable: true } as const }),
  }
}

/** The same to be pasted into a config.yml, with what is not as it could be as comments above. */
export function renderRecommendation(report: Report): string {
  const remarks = report.results.filter(({ verdict }) => verdict === 'lacking').map(({ name, says }) => `# ${name}: ${says}\n`)
  return `${remarks.join('')}${stringify({ storage: recommendedSettings(report) }, { lineWidth: 0 })}`
}

/** Without scheme and end, unless it has a path. */
function bare(endpoint: string): string {
  const [, host, path = ''] = /^https?:\/\/([^/]+)(\/.*)?$/i.exec(endpoint) ?? ['', endpoint]
  return path.length > 1 ? endpoint : (host ?? endpoint)
}

const isSecure = ({ endpoint = '', secure }: Report['target']): boolean =>
  /^http:/i.test(endpoint) ? false : /^https:/i.test(endpoint) || secure
