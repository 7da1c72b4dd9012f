export interface Versions {
  /** That of package.json. */
  readonly version: string
  /** That of package-lock.json. */
  readonly locked: string
  readonly changelog: string
  /** The tag that a release is made from, such as `v1.2.3`. Absent: a rehearsal. */
  readonly tag?: string
}

/**
 * Whether everything names the same version, and the changelog says what is in it.
 *
 * @returns what was found, as a sentence
 * @throws Error that says what does not match
 */
export function checkVersion({ version, locked, changelog, tag }: Versions): string {
  if (locked !== version) throw new Error(`package-lock.json says ${locked}, package.json ${version}: npm install --package-lock-only`)
  if (tag !== undefined && tag !== `v${version}`) throw new Error(`the tag is ${tag}, and package.json says ${version}`)
  const sections = sectionsOf(changelog)
  const [latest] = sections.filter(({ name }) => name !== 'Unreleased')
  if (latest?.name === version) {
    if (!latest.dated) throw new Error(`CHANGELOG.md: the heading of ${version} needs its date: ## ${version} - YYYY-MM-DD`)
    if (latest.text === '') throw new Error(`CHANGELOG.md has nothing under ${version}`)
    return `${version}, and CHANGELOG.md says what is in it`
  }
  if (tag !== undefined) throw new Error(`CHANGELOG.md: the first section after Unreleased is ${latest?.name ?? 'none'}, not ${version}`)
  const unreleased = sections.find(({ name }) => name === 'Unreleased')
  if (!unreleased?.text) throw new Error(`CHANGELOG.md has nothing under Unreleased, and no section ${version}`)
  return `${version}; a release would need "## ${version} - YYYY-MM-DD" in CHANGELOG.md above what stands under Unreleased`
}

const heading = /^## \[?([^\]\s]+)\]?(?: - (\d{4}-\d{2}-\d{2}))?\s*$/

function sectionsOf(changelog: string): { name: string; dated: boolean; text: string }[] {
  const parts = changelog.split(/^(?=## )/m).filter(part => part.startsWith('## '))
  return parts.map(part => {
    const [first = '', ...rest] = part.split('\n')
    const [, name = '', date] = heading.exec(first) ?? []
    return {
      name,
      dated: date !== undefined,
      text: rest
        .filter(line => !line.startsWith('#'))
        .join('\n')
        .trim(),
    }
  })
}
