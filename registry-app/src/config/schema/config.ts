import * as z from 'zod/mini'
import type { DeepReadonly } from '../deep-freeze.ts'
import { access, groups } from './access.ts'
import { auth } from './auth.ts'
import { health } from './health.ts'
import { http } from './http.ts'
import { key } from './key.ts'
import { choice } from './kinds.ts'
import { catalog, tags } from './limits.ts'
import { levels, log } from './log.ts'
import { notifications } from './notifications.ts'
import { policy } from './policy.ts'
import { proxy } from './proxy.ts'
import { storage } from './storage.ts'
import { ui } from './ui.ts'
import { validation } from './validation.ts'

/** The whole configuration: types, checks, defaults, `REGISTRY_*` names and the reference page all follow from here. */
export const configSchema = z.pipe(
  z.strictObject({
    version: key(z.prefault(choice('0.1'), '0.1'), "The version of the file's format."),
    log,
    loglevel: key(z.optional(levels()), 'Deprecated: the old name of `log.level`, which wins over it.'),
    storage,
    http,
    auth,
    access,
    groups,
    health,
    notifications,
    catalog,
    tags,
    validation,
    policy,
    proxy,
    ui,
  }),
  z.transform(({ loglevel, log, ...rest }) => ({ ...rest, log: { ...log, level: log.level ?? loglevel ?? ('info' as const) } })),
)

/** What the registry runs by: spelled and nested as in the file, durations in milliseconds, every default filled in, frozen. */
export type Config = DeepReadonly<z.output<typeof configSchema>>
