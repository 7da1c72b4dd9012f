import * as z from 'zod/mini'
import { compileGlob, GlobError } from '../../auth/access/glob.ts'
import { compileTagGlob } from '../../auth/access/tag-glob.ts'
import { text } from './kinds.ts'

const compiledBy = (compile: (written: string) => unknown) =>
  text().check(({ value, issues }) => {
    try {
      compile(value)
    } catch (error) {
      if (!(error instanceof GlobError)) throw error
      issues.push({ code: 'custom', input: value, message: error.message })
    }
  })

/** Names of repositories. */
export const glob = compiledBy(compileGlob)

export const tagGlob = compiledBy(compileTagGlob)

/** A rule that names nobody, nothing or nowhere was meant otherwise. @param what such a rule would do */
export const some = <Item extends z.core.$ZodType>(item: Item, what: string) =>
  z.array(item).check(({ value, issues }) => {
    if (value.length === 0) issues.push({ code: 'custom', input: value, message: `must not be empty: the rule would ${what} nothing` })
  })
