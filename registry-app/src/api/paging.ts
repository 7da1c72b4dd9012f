import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import type { ReplyHeaders } from './reply.ts'

/** `n` as the client asked for it: what fits into the 64 bits of other programs is a number. @throws RegistryError PAGINATION_NUMBER_INVALID */
export function parseCount({ request }: Context): number | undefined {
  const text = request.query.get('n')
  if (text === null || text === '') return undefined
  if (!/^\d{1,18}$/.test(text)) throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: text.slice(0, 64), allowed: 'a number from 0' })
  return Number(text)
}

export interface Page {
  readonly page: string[]
  readonly more: boolean
  /** What the next page comes after, where that is not the last name of this one. */
  readonly passed?: string | undefined
}

/** The first `count` names, and whether there are more. Asks for no more of them than it needs. */
export async function take(names: AsyncIterable<string>, count: number): Promise<Page> {
  const page: string[] = []
  if (count === 0) return { page, more: false }
  for await (const name of names) {
    if (page.length === count) return { page, more: true }
    page.push(name)
  }
  return { page, more: false }
}

/**
 * The same of those names alone that whoever asks may see. So that a page costs no more than so many looks, whatever he may see, it may be short, or
 * empty, and more may follow.
 *
 * @param looks how many names are looked at
 */
export async function takeSeen(names: AsyncIterable<string>, count: number, sees: (name: string) => boolean, looks: number): Promise<Page> {
  const page: string[] = []
  if (count === 0) return { page, more: false }
  let passed = ''
  let left = looks
  for await (const name of names) {
    // One that he may not see tells nothing, also not that it is there: the page ends with the next that he may see, or when all is looked at.
    if (left-- === 0) return { page, more: true, passed }
    passed = name
    if (!sees(name)) continue
    if (page.length === count) return { page, more: true }
    page.push(name)
  }
  return { page, more: false }
}

/** The Link header to the next page (RFC 5988). */
export function nextPage({ settings, request }: Context, path: string, parameters: Record<string, string>): ReplyHeaders {
  const query = new URLSearchParams(parameters)
  return { link: `<${settings.locate(`${path}?${query}`, request)}>; rel="next"` }
}
