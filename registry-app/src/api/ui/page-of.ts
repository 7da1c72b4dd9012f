import { RegistryError } from '../../registry/errors.ts'
import type { Context } from '../context.ts'
import { parseCount } from '../paging.ts'

/** One word of several. @throws RegistryError UNSUPPORTED */
export function choiceOf<const Word extends string>({ request }: Context, field: string, words: readonly [Word, ...Word[]]): Word {
  const given = request.query.get(field)
  if (given === null || given === '') return words[0]
  const word = words.find(each => each === given)
  if (word === undefined) throw new RegistryError('UNSUPPORTED', { [field]: given.slice(0, 64), allowed: words }, { status: 400 })
  return word
}

interface Bounds {
  readonly usual: number
  readonly most: number
}

/** `n` entries beginning with the one numbered `from`. @throws RegistryError PAGINATION_NUMBER_INVALID */
export function rangeOf(context: Context, { usual, most }: Bounds): { from: number; count: number } {
  const count = parseCount(context) ?? usual
  if (count > most) throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: count, allowed: `at most ${most}` })
  const from = context.request.query.get('from') ?? '0'
  if (!/^\d{1,9}$/.test(from)) throw new RegistryError('PAGINATION_NUMBER_INVALID', { from: from.slice(0, 64), allowed: 'a number from 0' })
  return { from: Number(from), count }
}

/** A page of a list that is at hand, backwards where `order` is `desc`. */
export function pageOf<Item>(context: Context, items: readonly Item[], bounds: Bounds) {
  const { from, count } = rangeOf(context, bounds)
  const ordered = choiceOf(context, 'order', ['asc', 'desc']) === 'desc' ? items.toReversed() : items
  return { from, total: items.length, page: ordered.slice(from, from + count) }
}
