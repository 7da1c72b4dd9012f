import { RegistryError } from '../registry/errors.ts'
import type { Context } from './context.ts'
import type { ReplyHeaders } from './reply.ts'

/** `n` as the client asked for it. @throws RegistryError PAGINATION_NUMBER_INVALID */
export function parseCount({ request }: Context): number | undefined {
  const text = request.query.get('n')
  if (text === null || text === '') return undefined
  if (!/^\d{1,9}$/.test(text)) throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: text.slice(0, 64), allowed: 'a number from 0' })
  return Number(text)
}

/** The first `count` names, and whether there are more. Asks for no more of them than it needs. */
export async function take(names: AsyncIterable<string>, count: number): Promise<{ page: string[]; more: boolean }> {
  const page: string[] = []
  if (count === 0) return { page, more: false }
  for await (const name of names) {
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
