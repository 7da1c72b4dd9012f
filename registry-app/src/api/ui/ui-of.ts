import { RegistryError } from '../../registry/errors.ts'
import type { Ui } from '../../ui/ui.ts'
import type { Context } from '../context.ts'
import { parseCount } from '../paging.ts'

/** What the page is told. The routes that need it are there only with it. */
export function uiOf({ ui }: Context): Ui {
  if (!ui) throw new RegistryError('UNSUPPORTED', { reason: 'there is no such end-point' }, { status: 404 })
  return ui
}

/** Whether whoever asks may know of the registry as a whole. Where nobody has to say who he is, everybody may. */
export const administers = ({ caller }: Context): boolean => caller?.mayEverywhere('administer') ?? true

/** Whether he may delete there, as the configuration and the rules have it. */
export const deletesIn = ({ settings, caller }: Context, name: string): boolean =>
  settings.deleteEnabled && !settings.readOnly && (caller?.may('delete', name) ?? true)

/** One word of several. @throws RegistryError UNSUPPORTED */
export function choiceOf<const Word extends string>({ request }: Context, field: string, words: readonly [Word, ...Word[]]): Word {
  const given = request.query.get(field)
  if (given === null || given === '') return words[0]
  const word = words.find(each => each === given)
  if (word === undefined) throw new RegistryError('UNSUPPORTED', { [field]: given.slice(0, 64), allowed: words }, { status: 400 })
  return word
}

/** A page of a list that is at hand: `n` entries beginning with the one numbered `from`, and backwards where `order` is `desc`. */
export function pageOf<Item>(context: Context, items: readonly Item[], { usual, most }: { usual: number; most: number }) {
  const count = parseCount(context) ?? usual
  if (count > most) throw new RegistryError('PAGINATION_NUMBER_INVALID', { n: count, allowed: `at most ${most}` })
  const from = context.request.query.get('from') ?? '0'
  if (!/^\d{1,9}$/.test(from)) throw new RegistryError('PAGINATION_NUMBER_INVALID', { from: from.slice(0, 64), allowed: 'a number from 0' })
  const ordered = choiceOf(context, 'order', ['asc', 'desc']) === 'desc' ? items.toReversed() : items
  return { from: Number(from), total: items.length, page: ordered.slice(Number(from), Number(from) + count) }
}
