import { refuseLicences } from '../build/licences.ts'

interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly peer?: boolean
  readonly link?: boolean
}

/**
 * Holds what an installation of the package brings along to the same licences as what is bundled. Peers are the user's own choice.
 *
 * @param packages `packages` of package-lock.json
 * @returns how many they are
 * @throws Error that names each package whose licence nobody has agreed to
 */
export function checkInstalledLicences(packages: Readonly<Record<string, Locked>>): number {
  const installed = Object.entries(packages)
    .filter(([path, { dev, devOptional, peer, link }]) => path.startsWith('node_modules/') && !dev && !devOptional && !peer && !link)
    .map(([path, { version = '', license = 'none named' }]) => ({ name: path.replace(/^.*node_modules\//, ''), version, license }))
  refuseLicences(installed)
  return installed.length
}
