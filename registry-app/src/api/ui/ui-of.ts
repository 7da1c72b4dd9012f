import type { Action } from '../../auth/access.ts'
import { RegistryError } from '../../registry/errors.ts'
import type { Name } from '../../registry/name.ts'
import type { Ui } from '../../ui/ui.ts'
import type { Context } from '../context.ts'

/** What the page is told. The routes that need it are there only with it. */
export function uiOf({ ui }: Context): Ui {
  if (!ui) throw new RegistryError('UNSUPPORTED', { reason: 'there is no such end-point' }, { status: 404 })
  return ui
}

/** Whether whoever asks may know of the registry as a whole. Where nobody has to say who he is, everybody may. */
export const administers = ({ caller }: Context): boolean => caller?.mayEverywhere('administer') ?? true

/** Whether he may delete there, as the configuration and the rules have it. */
export const deletesIn = (context: Context, name: Name): boolean =>
  context.settings.deleteEnabled && changes(context, name) && mayIn(context, 'delete', name)

/** Whether he may bring back what was removed there: to do so is to push it, and to undo what others may have deleted for good. */
export const restoresIn = (context: Context, name: Name): boolean =>
  changes(context, name) && mayIn(context, 'push', name) && mayIn(context, 'delete', name)

const changes = ({ registry, settings }: Context, name: Name) => !settings.readOnly && !registry.repositories.comesFrom(name)
const mayIn = ({ caller }: Context, action: Action, name: Name) => caller?.may(action, name) ?? true

/** Where a repository of a cache comes from. Which host that is, those are told who administer. */
export function cacheOf(context: Context, name: Name): { from: string | undefined; keptFor: number } | undefined {
  const origin = context.registry.repositories.comesFrom(name)
  return origin && { from: administers(context) ? `${origin.registry}/${origin.path}` : undefined, keptFor: origin.keptFor }
}
