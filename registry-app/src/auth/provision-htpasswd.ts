import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hashPassword } from './bcrypt.ts'

/**
 * Makes an htpasswd file that is not there, with the user `docker` and a random password, as Distribution does, so that nobody is served unasked.
 *
 * Distribution logs that password. A log is read by many and kept for long, so it is written beside the file instead, for its owner alone.
 *
 * @param randomBytes gives so many
 * @returns the file with the password; `undefined`: there is an htpasswd file
 */
export async function provisionHtpasswd(path: string, randomBytes: (count: number) => Uint8Array): Promise<string | undefined> {
  const password = Buffer.from(randomBytes(24)).toString('base64url')
  const hash = await hashPassword(Buffer.from(password), randomBytes(16))
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const passwordFile = `${path}.docker-password`
  try {
    // Never over one that is there: two processes may start at once.
    await writeFile(path, `docker:${hash}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
    throw error
  }
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
  return passwordFile
}
