import * as z from 'zod/mini'
import { key, section } from './key.ts'
import { duration, flag, longestTimer, whole } from './kinds.ts'

export const health = key(
  section({
    storagedriver: section({
      enabled: key(z.prefault(flag(), false), 'Asks the storage again and again whether it is there.'),
      interval: key(z.prefault(duration({ to: longestTimer }), '10s'), 'How often.'),
      threshold: key(z.prefault(whole({ from: 0 }), 0), 'How many failures in a row make the registry unhealthy; 0: the first one.'),
    }),
  }),
  'Checks of what the registry depends on.',
)
