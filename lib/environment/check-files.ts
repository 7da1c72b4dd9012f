import { isItself } from '../../registry-app/src/auth/token/trusted-keys.ts'
import { isNull, placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { isPem } from '../../registry-app/src/wiring/read-cacert.ts'
import { usualFolder } from './certificate-schema.ts'
import type { Complaint } from './environment-error.ts'
import { registryFolder } from './registry-config.ts'

const nowhere = 'there is no such file on the host'

/** Files that an environment's `registry` section names: a host has what its certificate has mounted there, the volume with the images, and nothing else. */
export function checkFiles(root: Tree): readonly Complaint[] {
  const [by, folder, driver] = ['certificate.by', 'certificate.folder', 'storage.driver'].map(path => textAt(root, path.split('.')))
  const mounted = by === 'files' ? `${folder ?? usualFolder}/` : undefined
  const isMounted = (file: string) => mounted !== undefined && file.startsWith(mounted)
  const authorities = placeOf(root, ['registry', 'http', 'tls', 'clientcas']).tree
  const rules = [
    ...['rootcertbundle', 'jwks'].map(name => ({
      path: ['auth', 'token', name],
      isThere: (given: string) => isItself(given) || isMounted(given),
      message: `must be the keys themselves, as text: ${nowhere}`,
    })),
    ...(authorities?.kind === 'list' ? authorities.items.keys() : []).map(index => ({
      path: ['http', 'tls', 'clientcas', String(index)],
      isThere: (given: string) => isPem(given) || isMounted(given),
      message: `must be the certificates themselves, in PEM, as text: ${nowhere}`,
    })),
    {
      path: ['log', 'audit', 'path'],
      isThere: (given: string) => driver === 'filesystem' && given.startsWith(`${registryFolder}/`),
      message: 'must not be given: the registry can write no such file on the host; without it these lines are in its log',
    },
  ]
  return rules.flatMap(({ path, isThere, message }) => {
    const written = ['registry', ...path]
    const given = textAt(root, written)
    return given === undefined || isThere(given)
      ? []
      : [{ ...placeOf(root, written).place, path: written.join('.'), value: given, message }]
  })
}

function textAt(root: Tree, path: readonly string[]): string | undefined {
  const { tree } = placeOf(root, path)
  return tree?.kind === 'scalar' && !isNull(tree) ? tree.text : undefined
}
