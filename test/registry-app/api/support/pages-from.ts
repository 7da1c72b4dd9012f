import { expect } from 'vitest'
import { expectAnswer } from '../../http/support/expect-answer.ts'
import type { Answer, TrialServer } from '../../http/support/trial-server.ts'

export interface Page {
  readonly answer: Answer
  readonly json: { readonly tags: string[]; readonly repositories: string[]; readonly manifests: { readonly digest: string }[] }
}

/** Follows `Link: <…>; rel="next"` to the end (RFC 5988). */
export async function pagesFrom(call: TrialServer['call'], first: string): Promise<Page[]> {
  const pages: Page[] = []
  let path: string | undefined = first
  while (path !== undefined) {
    const answer: Answer = await call({ path })
    expectAnswer(answer, { status: 200 })
    pages.push({ answer, json: JSON.parse(answer.body.toString()) })
    expect(pages.length, 'an end to the pages').toBeLessThan(100)
    const { link } = answer.headers
    path = typeof link === 'string' ? (/^<(\/v2\/[^>]*)>; rel="next"$/.exec(link)?.[1] ?? `no next page in ${link}`) : undefined
  }
  return pages
}
