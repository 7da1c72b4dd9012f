import * as z from 'zod/mini'
import { key, optionalSection, section } from './key.ts'
import { choice, flag, pattern, text } from './kinds.ts'

const platform = z.strictObject({
  architecture: key(z.prefault(text(), ''), 'Such as `amd64`.'),
  os: key(z.prefault(text(), ''), 'Such as `linux`.'),
})

export const validation = key(
  optionalSection({
    enabled: key(z.prefault(flag(), false), 'Deprecated: keeps the checks on even where `disabled` says otherwise.'),
    disabled: key(z.prefault(flag(), false), 'Switches the checks of this section off.'),
    manifests: section({
      urls: key(
        section({
          allow: key(
            z.prefault(z.array(pattern()), []),
            'Regular expressions, one of which every URL must match. With neither `allow` nor `deny`, no URL is accepted.',
          ),
          deny: key(z.prefault(z.array(pattern()), []), 'Regular expressions, none of which a URL may match.'),
        }),
        'The URLs of layers that lie elsewhere.',
      ),
      indexes: section({
        platforms: key(
          z.prefault(choice('all', 'none', 'list'), 'all'),
          'Which images of an index must be there when it is pushed: all, none, or those of the platforms in the list.',
        ),
        platformlist: key(z.prefault(z.array(platform), []), 'The platforms for `platforms: list`.'),
      }),
    }),
  }),
  'What manifests are checked for. Without this section the URLs of layers are accepted as they are; with it, the rules below hold.',
)
