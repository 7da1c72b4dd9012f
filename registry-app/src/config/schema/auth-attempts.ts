import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { duration, whole } from './kinds.ts'

export const authAttempts = key(
  section({
    allowed: key(
      z.prefault(whole({ from: 0, to: 1000 }), 10),
      'How many wrong passwords in a row cost nothing: from one address (of IPv6, one /64), and for one user from one network (/16, or /32 of IPv6). Each further one costs a wait, of a second at first, and of twice as long each time: 429 with `Retry-After`. `0`: there is no limit.',
    ),
    longest: key(z.prefault(duration({ from: 1000, to: 3_600_000 }), '1m'), 'The longest of those waits.'),
    forget: key(
      z.prefault(duration({ from: 60_000, to: 24 * 3_600_000 }), '15m'),
      'After so long without a wrong password all is forgotten.',
    ),
  }),
  'How often somebody may guess passwords. It does not concern whoever signs in as a moment ago, nor tokens. A replica is one process, and each counts for itself. Not in Distribution.',
)
