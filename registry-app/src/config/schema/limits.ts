import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { whole } from './kinds.ts'

const orThousand = z.transform((limit: number) => (limit > 0 ? limit : 1000))

export const catalog = section({
  maxentries: key(
    z.prefault(z.pipe(whole({ from: Number.MIN_SAFE_INTEGER }), orThousand), 1000),
    'The most repositories that one answer of `/v2/_catalog` lists; 0 and less mean 1000.',
  ),
})

export const tags = section({
  maxtags: key(
    z.prefault(z.pipe(whole({ from: 0 }), orThousand), 1000),
    'The most tags that one answer of `tags/list` lists; 0 means 1000.',
  ),
})
