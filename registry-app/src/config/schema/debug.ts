import * as z from 'zod/mini'
import { parseAddress } from '../address.ts'
import { key, section } from './key.ts'
import { flag, text } from './kinds.ts'

const address = text().check(({ value, issues }) => {
  try {
    parseAddress(value)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    issues.push({ code: 'custom', input: value, message: error.message })
  }
})

export const debug = key(
  section({
    addr: key(
      z.optional(address),
      'A second address, for operators: `/debug/health`, and metrics. Plain HTTP, and nobody is asked who they are: `localhost:5001`, or a network that only they reach.',
    ),
    prometheus: section({
      enabled: key(z.prefault(flag(), false), 'Serves metrics there, as Prometheus reads them ([which ones](operations.md#metrics)).'),
      path: key(z.prefault(text().check(z.regex(/^\/[^?#\s]*$/, 'must be a path such as /metrics')), '/metrics'), 'Where.'),
    }),
  }),
  'What operators see. Without `addr`, nothing of it is served, and nothing measured.',
)
