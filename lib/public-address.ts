import { manifest } from './manifest.ts'

/**
 * Where a page of the documentation is read by whoever has no checkout: below the project's `homepage`, and the path itself while `package.json` names none.
 *
 * @param page such as `docs/operations.md#requests-fail`
 */
export function publicAddress(page: string, { homepage } = manifest()): string {
  if (homepage === undefined) return page
  const { origin, host, pathname } = new URL(homepage)
  // Where a repository is the project's page, its files are a little further.
  const files = host === 'github.com' ? '/blob/HEAD' : host === 'gitlab.com' ? '/-/blob/HEAD' : ''
  return `${origin}${pathname.replace(/\/+$/, '')}${files}/${page}`
}
