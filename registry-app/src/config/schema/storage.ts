import * as z from 'zod/mini'
import { garbageCollect } from './garbage-collect.ts'
import { key, optionalSection, section } from './key.ts'
import { choice, duration, flag, flagOrAuto, text, whole } from './kinds.ts'
import { s3 } from './s3.ts'
import { scrub } from './scrub.ts'

const filesystem = key(
  optionalSection({
    rootdirectory: key(
      z.prefault(text(), '/var/lib/registry'),
      'The folder that holds `docker/registry/v2`. Relative to the working directory.',
    ),
    maxthreads: key(
      z.prefault(
        z.pipe(
          whole({ from: 0 }),
          z.transform((threads: number) => Math.max(threads, 25)),
        ),
        100,
      ),
      'How many file operations may run at once; less than 25 counts as 25.',
    ),
  }),
  'The driver that keeps everything in a folder.',
)

const maintenance = section({
  uploadpurging: key(
    section({
      enabled: key(z.prefault(flag(), true), 'Removes uploads that were begun and never finished.'),
      age: key(z.prefault(duration(), '168h'), 'How old an upload must be to be removed; an older one cannot be continued either.'),
      interval: key(z.prefault(duration(), '24h'), 'How often they are looked for.'),
      dryrun: key(z.prefault(flag(), false), 'Only logs what would be removed.'),
    }),
    'Unfinished uploads.',
  ),
  garbagecollect: garbageCollect,
  scrub,
  readonly: section({
    enabled: key(z.prefault(flag(), false), 'Refuses everything that writes, as garbage collection from outside needs it.'),
  }),
})

export const storage = key(
  z.strictObject({
    filesystem,
    inmemory: key(
      optionalSection({}),
      'The driver that keeps everything in memory, and loses it when the process ends. For tests and trials.',
    ),
    s3,
    delete: section({
      enabled: key(z.prefault(flag(), false), 'Lets clients delete blobs, manifests and tags.'),
    }),
    redirect: section({
      disable: key(
        z.prefault(flagOrAuto(), 'auto'),
        'Serves blobs itself instead of sending clients to the store by URLs that are signed for them. `auto` tries such a URL, at the start and from time to time, and never sends clients to a loopback or private address. Only a bucket has URLs to send them to.',
      ),
      expires: key(
        z.prefault(duration({ from: 1000, to: 7 * 24 * 3_600_000 }), '20m'),
        'How long such a URL is good for, in whole seconds.',
      ),
    }),
    cache: section({
      blobdescriptor: key(
        z.optional(choice('inmemory', 'redis')),
        'In Distribution: where it caches what it knows of blobs. Accepted, without effect.',
      ),
      layerinfo: key(z.optional(choice('inmemory', 'redis')), 'The old name of `blobdescriptor`.'),
      blobdescriptorsize: key(
        z.optional(whole({ from: 0 })),
        'In Distribution: how many blobs that cache knows. Accepted, without effect.',
      ),
      vouchfor: key(
        z.prefault(duration({ to: 3_600_000 }), '5m'),
        'How long a process believes what it saw of the blobs that a manifest names, so that each need not be asked for again. What another one deletes is served that much longer at most. `0s`: it asks each time.',
      ),
    }),
    verify: key(
      z.prefault(flag(), false),
      'Hashes every blob again while it is served whole, and breaks off where it is not what its digest says. Without it that is done only for a blob whose size is known neither from a manifest nor from an earlier time, and where it differs. It costs some 0.7 seconds of a processor for each GB. Manifests are checked always.',
    ),
    tag: section({
      concurrencylimit: key(
        z.optional(whole({ from: 0 })),
        'In Distribution: how many tags are looked up at once. Accepted, without effect.',
      ),
    }),
    maintenance,
  }),
  'Where the images are kept. Exactly one driver; `storage: inmemory` is short for a driver without parameters.',
)

/** The keys of `storage` that name no driver; every other one does (Distribution's `Storage.Type`). */
export const storageOptions: ReadonlySet<string> = new Set(['delete', 'redirect', 'cache', 'verify', 'tag', 'maintenance'])

/** The drivers that there are. */
export const storageDrivers = ['filesystem', 'inmemory', 's3'] as const
