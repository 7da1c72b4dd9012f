import { randomBytes } from 'node:crypto'
import { hashPassword } from '../../registry-app/src/auth/bcrypt.ts'
import { hasControlCharacters } from '../../registry-app/src/config/control-characters.ts'
import { UsageError } from '../usage-error.ts'
import { openUserStore, type UserPlace, type UserSurroundings } from './open-user-store.ts'
import { type PasswordSource, readPassword } from './read-password.ts'
import type { SecretInput } from './secret-input.ts'

export interface UsersSetting extends UserSurroundings {
  readonly out: (text: string) => void
  readonly input: SecretInput
}

/** @returns the exit code @throws UsageError, ConfigError */
export async function addUser(name: string, options: UserPlace & PasswordSource, setting: UsersSetting): Promise<number> {
  if (/^$|^[#\s]|:|\s$/.test(name) || hasControlCharacters(name))
    throw new UsageError('a name has no colon and no control characters, and does not begin with #')
  const store = await openUserStore(options, setting)
  const { password, generated } = await readPassword(options, setting.input)
  const found = await store.put(name, await hashPassword(Buffer.from(password), randomBytes(16)))
  setting.error(`${name} ${found ? 'has another password' : 'is added'}, known ${store.known}\n`)
  // By itself, so that a script can take it.
  if (generated) setting.out(`${password}\n`)
  return 0
}

/** @returns the exit code: 1 if there is no such user @throws UsageError, ConfigError */
export async function removeUser(name: string, options: UserPlace, setting: UsersSetting): Promise<number> {
  const store = await openUserStore(options, setting)
  const found = await store.remove(name)
  setting.error(found ? `${name} is gone, known ${store.known}\n` : `there is no user ${name}\n`)
  return found ? 0 : 1
}

/** @returns the exit code @throws UsageError, ConfigError */
export async function listUsers(options: UserPlace, setting: UsersSetting): Promise<number> {
  for (const name of await (await openUserStore(options, setting)).list()) setting.out(`${name}\n`)
  return 0
}
