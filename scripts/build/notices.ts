import type { BundledPackage } from './bundled-packages.ts'

/** One text for all of them, each licence as its package brings it. */
export function thirdPartyNotices(packages: readonly BundledPackage[]): string {
  const intro =
    'registry.mjs, and registry-tracing.mjs and registry-copy.mjs beside it, contain the following packages. Each is under its own licence, whose text\nfollows; bucket-registry itself is under the Apache License 2.0.\n'
  return [intro, ...packages.map(notice)].join(`\n${'-'.repeat(100)}\n\n`)
}

const notice = ({ name, version, license, texts }: BundledPackage) => `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`
