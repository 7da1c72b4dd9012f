import { ConfigError } from '../../registry-app/src/config/complaint.ts'
import { loadConfig } from '../../registry-app/src/config/load-config.ts'
import { storageOptions } from '../../registry-app/src/config/schema/storage.ts'
import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { asksClients } from './check-client-certificates.ts'
import { checkFiles } from './check-files.ts'
import { checkSecrets } from './check-secrets.ts'
import type { Complaint } from './environment-error.ts'
import { renderRegistryConfig } from './registry-config.ts'
import type { Engine } from './schema.ts'

/**
 * What is wrong with an environment's `registry` section: what the registry itself would refuse at its start, what the kit decides, and secrets.
 *
 * @param root the whole file
 * @param registry its `registry` section as values
 * @param engine by which it is deployed, where the file says so: secrets are named in its way
 */
export function checkRegistry(root: Tree, registry: Readonly<Record<string, unknown>>, engine?: Engine): readonly Complaint[] {
  const kits = [...kitsKeys(root), ...cache(root), ...checkFiles(root)]
  const own = [...kits, ...checkSecrets(root, engine).filter(({ path }) => !kits.some(complaint => isPathWithin(complaint.path, path)))]
  const others = appsComplaints(root, registry).filter(({ path }) => !own.some(complaint => isPathWithin(complaint.path, path)))
  return [...own, ...others]
}

/** What the kit writes itself, and everything around the registry relies on. */
function kitsKeys(root: Tree): Complaint[] {
  const complaints: Complaint[] = []
  const storage = placeOf(root, ['registry', 'storage']).tree
  for (const [name, { place }] of storage?.kind === 'mapping' ? storage.entries : []) {
    if (storageOptions.has(name)) continue
    complaints.push({ ...place, path: `registry.storage.${name}`, message: "belongs in this file's own storage section" })
  }
  if (storage?.kind === 'scalar' && !isNull(storage)) {
    complaints.push({ ...storage.place, path: 'registry.storage', message: "belongs in this file's own storage section" })
  }
  for (const [path, message] of kitsOwn) {
    const { tree, place } = placeOf(root, ['registry', ...path.split('.')])
    if (tree && !isNull(tree)) complaints.push({ ...place, path: `registry.${path}`, message })
  }
  return complaints
}

/** Their passwords come from elsewhere, which the section of the file knows and this one does not. */
function cache(root: Tree): Complaint[] {
  const { tree, place } = placeOf(root, ['registry', 'proxy', 'upstreams'])
  const own = placeOf(root, ['cache']).tree
  if (!tree || isNull(tree) || !own || isNull(own)) return []
  return [{ ...place, path: 'registry.proxy.upstreams', message: "belongs in this file's own cache section" }]
}

const listens = 'cannot be set: the kit decides where the registry listens on its host'
const certified = "cannot be set: it follows from this file's own certificate section"

const firstPassword = 'cannot be set: the first user has a password that is made with the data stack'

const kitsOwn = [
  ['http.addr', listens],
  ['http.net', listens],
  ['http.redirect', listens],
  ['http.tls.certificate', certified],
  ['http.tls.key', certified],
  ['http.tls.letsencrypt', certified],
  ['auth.htpasswd.path', 'cannot be set: there is no such file on the host; npm run kit -- user keeps users beside the images'],
  ['auth.local.path', 'cannot be set: there is no such file on the host; npm run kit -- user keeps users beside the images'],
  ['auth.htpasswd.password', firstPassword],
  ['auth.local.password', firstPassword],
  ['auth.local.username', "cannot be set: it follows from this file's own auth section"],
  ['auth.htpasswd.username', "cannot be set: it follows from this file's own auth section"],
] as const

function appsComplaints(root: Tree, registry: Readonly<Record<string, unknown>>): Complaint[] {
  try {
    // Whether anybody has to say who he is follows from what lies around the registry (check-auth.ts).
    const auth = namesWay(registry.auth) ? ({ by: 'none' } as const) : ({ by: 'tokens', user: 'docker' } as const)
    // So does whether it has a certificate, without which it could ask clients for none (check-client-certificates.ts).
    const certificate = asksClients(registry) ? ({ by: 'self-signed' } as const) : undefined
    const text = renderRegistryConfig({ registry, storage: anyVolume, auth, certificate })
    loadConfig({ file: { name: 'config.yml', text }, environment: {} })
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.complaints.map(({ path, value, message }) => {
      // A name with a dot in it leads nowhere, and its section's place is near enough.
      const { place } = placeOf(root, ['registry', ...path.split('.')])
      return { ...place, path: `registry.${path}`, message, ...(value === undefined ? {} : { value }) }
    })
  }
}

/** Whether it says how people sign in, and not only what holds for all who do. */
const namesWay = (auth: unknown) =>
  auth !== undefined &&
  (typeof auth !== 'object' || auth === null || Object.keys(auth).some(name => name !== 'oidc' && name !== 'attempts'))

/** What the registry thinks of its own section does not depend on where the images are. */
const anyVolume = { driver: 'filesystem', onDestroy: 'retain' } as const

/** Whether one of the two paths is the beginning of the other. */
function isPathWithin(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`)
}
