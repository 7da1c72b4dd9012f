import { isMovedByClients } from '../registry/immutable-tags.ts'
import type { Tag } from '../registry/name.ts'
import { dayLength } from '../registry/pull-records.ts'
import type { RetentionRule } from './rule.ts'

/** A tag as the storage knows it. */
export interface TagFacts {
  readonly tag: Tag
  /** When it was set last: milliseconds since 1970, by the store's clock. */
  readonly pushed: number
  /** The day of its last pull, or of one of a manifest that it names or has named, counted from 1970. `undefined`: none is known. */
  readonly pulled?: number | undefined
}

export interface Decision {
  readonly tag: Tag
  readonly stays: boolean
  /** Which rule kept it, or why it goes. */
  readonly reason: string
}

export interface DecideOptions {
  /** Those that are about the repository. */
  readonly rules: readonly RetentionRule[]
  /** Milliseconds since 1970, by the store's clock. */
  readonly now: number
  /** Since when pulls have been counted without a gap; `undefined`: they are not. */
  readonly pullsSince: number | undefined
  /** Whoever is younger than that is not looked at. Milliseconds. */
  readonly youngest: number
  /** Whether `policy.immutabletags` lets it be deleted. */
  readonly isDeletable: (tag: Tag) => boolean
}

/** What the rules say of each tag of a repository. What is not known keeps a tag. */
export function decide(tags: readonly TagFacts[], options: DecideOptions): Decision[] {
  const { rules, now, youngest, isDeletable } = options
  const candidates = tags.filter(({ tag }) => !isMovedByClients(tag))
  const judges = rules.map(rule => judge(rule, candidates, options))

  return tags.map(facts => {
    const { tag, pushed } = facts
    const stays = (reason: string): Decision => ({ tag, stays: true, reason })
    if (isMovedByClients(tag)) return stays('of a signature or another referrer')
    const judging = judges.filter(({ covers }) => covers(tag))
    if (judging.length === 0) return stays('no rule is about it')
    if (!isDeletable(tag)) return stays('immutable (policy.immutabletags)')
    if (now - pushed < youngest) return stays('just pushed')
    for (const { title, keeps } of judging) {
      const reason = keeps(facts)
      if (reason !== undefined) return stays(`${title}: ${reason}`)
    }
    const pull = facts.pulled === undefined ? '' : `, pulled ${dateOf(facts.pulled * dayLength)}`
    return { tag, stays: false, reason: `${judging.map(({ says }) => says).join('; ')}; pushed ${dateOf(pushed)}${pull}` }
  })
}

interface Judge {
  readonly title: string
  readonly covers: (tag: Tag) => boolean
  /** @returns why, or `undefined` if it does not */
  readonly keeps: (tag: TagFacts) => string | undefined
  /** All that it keeps. */
  readonly says: string
}

function judge({ title, covers, keep }: RetentionRule, tags: readonly TagFacts[], { now, pullsSince }: DecideOptions): Judge {
  const { newest, tags: named, pushed, pulled } = keep
  const since = newest === undefined ? undefined : pushedOfNth(tags, covers, newest)
  const isYoung = (from: number, period: number) => now < from + period
  const parts = [
    newest === undefined ? [] : [`the newest ${newest}`],
    named === undefined ? [] : [named.written],
    pushed === undefined ? [] : [`what was pushed within ${days(pushed)}`],
    pulled === undefined ? [] : [`what was pulled within ${days(pulled)}`],
  ].flat()
  return {
    title,
    covers,
    says: `${title} keeps ${parts.join(', ')}`,
    keeps(facts) {
      if (since !== undefined && facts.pushed >= since) return `among the newest ${newest}`
      if (named?.fits(facts.tag)) return `fits ${named.written}`
      if (pushed !== undefined && isYoung(facts.pushed, pushed)) return `pushed ${dateOf(facts.pushed)}, within ${days(pushed)}`
      if (pulled === undefined) return undefined
      // That day to its end.
      if (facts.pulled !== undefined && isYoung((facts.pulled + 1) * dayLength, pulled))
        return `pulled ${dateOf(facts.pulled * dayLength)}, within ${days(pulled)}`
      if (pullsSince === undefined) return 'nobody has counted pulls lately'
      return isYoung(pullsSince, pulled) ? `pulls have been counted since ${dateOf(pullsSince)} only` : undefined
    },
  }
}

/** All that are as new as the last of them stay: the store's clock may tell whole seconds. @returns when the Nth newest was pushed */
function pushedOfNth(tags: readonly TagFacts[], covers: (tag: Tag) => boolean, count: number): number {
  const times = tags.filter(({ tag }) => covers(tag)).map(({ pushed }) => pushed)
  return times.sort((a, b) => b - a)[count - 1] ?? Number.NEGATIVE_INFINITY
}

const dateOf = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10)

function days(milliseconds: number): string {
  const hours = milliseconds / 3_600_000
  if (hours >= 48 && hours % 24 === 0) return `${hours / 24} days`
  return hours >= 1 ? `${Math.round(hours * 10) / 10} hours` : `${milliseconds / 1000} seconds`
}
