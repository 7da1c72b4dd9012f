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
export const deletesIn = ({ registry, settings, caller }: Context, name: Name): boolean =>
  settings.deleteEnabled && !settings.readOnly && registry.repositories.takesChanges(name) && (caller?.may('delete', name) ?? true)
