import { createHmac, timingSafeEqual } from 'node:crypto'
import type { PlainSecret, Users } from './users.ts'

/**
 * The user whom the configuration names with his password as it is (`auth.htpasswd.username`): the one who is there before anybody could add one.
 *
 * @param key 32 random bytes
 */
export function firstUser(username: string, password: string, key: Uint8Array): Users {
  // Of one length, whatever is compared.
  const digest = (text: Uint8Array | string) => createHmac('sha256', key).update(text).digest()
  const right = digest(password)
  const secret: PlainSecret = {
    matches: given => timingSafeEqual(digest(given), right),
    markBy: other => createHmac('sha256', other).update(password).digest('base64url'),
  }
  return {
    fresh: () => undefined,
    find: name => (name === username ? secret : undefined),
    slowest: () => 0,
    count: () => 1,
  }
}
