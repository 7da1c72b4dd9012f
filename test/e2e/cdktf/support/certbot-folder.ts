import { chmod, chown, copyFile, mkdir, rename, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authority } from '../../tls/support/certificates.ts'

/** Keys in it are read by root and this group, and nobody else. */
export const certificateGroup = 4711

/**
 * A folder as certbot leaves it on a host: `live` has links to what is in `archive`.
 *
 * @returns puts another certificate in the place of the present one, as a renewal does
 */
export async function certbotFolder(folder: string, domain: string, authority: Authority): Promise<() => Promise<void>> {
  const [live, archive] = [join(folder, 'live', domain), join(folder, 'archive', domain)]
  for (const part of [live, archive]) await mkdir(part, { recursive: true })
  let number = 0
  const renew = async () => {
    number += 1
    const { cert, key } = await authority.sign(`${domain}-${number}`)
    for (const [from, name] of [
      [cert, 'fullchain'],
      [key, 'privkey'],
    ] as const) {
      const file = `${name}${number}.pem`
      await copyFile(from, join(archive, file))
      await symlink(join('../../archive', domain, file), join(live, `${name}.new`))
      await rename(join(live, `${name}.new`), join(live, `${name}.pem`))
    }
    const secret = join(archive, `privkey${number}.pem`)
    await chmod(secret, 0o640)
    // Who is not root has no group to give away; then its own reads it, which is the registry's too.
    if (process.getuid?.() === 0) await chown(secret, 0, certificateGroup)
  }
  await renew()
  return renew
}
