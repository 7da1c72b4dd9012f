import * as z from 'zod/mini'
import { namedWords, parseWho, soleWords } from '../../auth/access/who.ts'
import { type Action, actions } from '../../auth/access.ts'
import { nearest } from '../nearest.ts'
import { glob, some } from './glob.ts'
import { key } from './key.ts'
import { text } from './kinds.ts'

const advised = (written: string, words: readonly string[]) => {
  const meant = nearest(written, words)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

const who = text().check(({ value, issues }) => {
  if (parseWho(value)) return
  const [word = '', ...name] = value.split(':')
  const after = name.length > 0 ? `:${name.join(':')}` : ''
  const words = [...soleWords, ...namedWords.map(each => `${each}:NAME`)]
  const meant = nearest(word, [...soleWords, ...namedWords])
  const whole = namedWords.find(each => each === meant) ? `${meant}${after || ':NAME'}` : meant
  const advice = meant === undefined ? '' : `; did you mean ${whole}?`
  issues.push({ code: 'custom', input: value, message: `must be ${words.slice(0, -1).join(', ')} or ${words.at(-1)}${advice}` })
})

const isAction = (word: string): word is Action => actions.some(action => action === word)

const action = z.pipe(
  text(),
  z.transform((written: string, context): Action => {
    if (isAction(written)) return written
    context.issues.push({ code: 'custom', input: written, message: `must be one of ${actions.join(', ')}${advised(written, actions)}` })
    return z.NEVER
  }),
)

const rule = z.strictObject({
  name: key(
    z.optional(text().check(z.regex(/^[\x20-\x7e]{1,100}$/, 'must be one line of at most 100 ASCII characters'))),
    'How the log and `access explain` call it, such as `team`; without it, by its number.',
  ),
  repositories: key(
    some(glob, 'allow'),
    'Where it holds: names of repositories, with `*` for anything between two slashes, and `**` between slashes for any number of parts: `public/**` is what lies below `public`, `**` everything.',
  ),
  who: key(
    some(who, 'allow'),
    'Whom it is for: `user:NAME`, `group:NAME` (see `groups`), `claim:NAME`, `robot:NAME`, `robots` for all of them, `signed-in` for every user and whoever came by a claim, `anonymous` for everybody, signed in or not.',
  ),
  actions: key(
    some(action, 'allow'),
    '`pull`, `push`, `delete`, `catalog` (it is listed to those who may pull it too), `administer` (given for every repository, the page shows the registry as a whole: garbage, requests and their cost, health, who pushed). Who pushes has to be able to pull, too.',
  ),
})

export const access = key(
  z.optional(z.array(rule)),
  'Who may do what: see [who may use the registry](authentication.md). Allowed is what some rule allows to who asks, there; nothing else is. Without the key, everyone signed in may do everything. Not in Distribution.',
)

export const groups = key(
  z.prefault(z.record(z.string(), z.array(text())), {}),
  'Names for several users at once, for `access`: `dev: [alice, bob]`. Not in Distribution.',
)
