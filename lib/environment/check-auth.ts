import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import type { Complaint } from './environment-error.ts'
import { type Reachable, reach } from './reach.ts'

type Checked = Reachable & { readonly registry: Readonly<Record<string, unknown>> }

/** What `auth`, and what the registry's own section says of who is served, have wrong together: on every host the same. */
export function checkAuth(root: Tree, environment: Checked): readonly Complaint[] {
  const { by } = reach(environment).auth
  const { access, auth } = environment.registry
  const elsewhere = typeof auth === 'object' && auth !== null && 'token' in auth
  const complain = (path: string, message: string): Complaint => ({ ...placeOf(root, path.split('.')).place, path, message })
  if (elsewhere && by !== 'none') {
    return [complain('registry.auth.token', 'is another way to sign in than the one that is chosen here: write auth: {by: none} beside it')]
  }
  if (by !== 'none' || elsewhere) return []
  const nobody = 'and nobody has to say who he is: write auth: {by: tokens}'
  return [
    ...(access === undefined ? [] : [complain('registry.access', `has rules, ${nobody}`)]),
    ...aboutSigningIn
      .filter(name => typeof auth === 'object' && auth !== null && name in auth)
      .map(name => complain(`registry.auth.${name}`, `is about signing in, ${nobody}`)),
  ]
}

/** What the registry knows of `auth` beside a way to sign in, and starts with no other than one. */
const aboutSigningIn = ['oidc', 'attempts']
