import { compileGlob, GlobError } from '../../registry-app/src/auth/access/glob.ts'
import { type Action, actions as known } from '../../registry-app/src/auth/access.ts'
import type { Grant } from '../../registry-app/src/auth/identity.ts'
import { UsageError } from '../usage-error.ts'
import type { NewToken } from './tokens.ts'

/** What a token is for, as the command line says it; nothing, where rules shall say it. @throws UsageError */
export function readGrants({ repository: repositories, actions, actionsGiven }: NewToken): readonly Grant[] {
  if (!repositories) {
    if (actionsGiven)
      throw new UsageError('--actions without --repository: say for which repositories, such as --repository team/** or --repository "**"')
    return []
  }
  for (const glob of repositories) checkGlob(glob)
  return [{ repositories, actions: actions.split(',').map(word => readAction(word.trim())) }]
}

function checkGlob(glob: string): void {
  try {
    compileGlob(glob)
  } catch (cause) {
    if (!(cause instanceof GlobError)) throw cause
    throw new UsageError(`--repository ${glob}: ${cause.message}`, { cause })
  }
}

function readAction(word: string): Action {
  const action = known.find(each => each === word)
  if (action) return action
  throw new UsageError(`--actions ${word}: there are ${known.join(', ')}, with commas between them`)
}
