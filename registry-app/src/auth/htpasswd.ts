import { type BcryptHash, highestCost, isBcryptHash, isTooCostly } from './bcrypt-hash.ts'

export interface Htpasswd {
  readonly users: ReadonlyMap<string, BcryptHash>
  /** What cannot be used, a sentence each, with its line. Nothing of a hash is in it. */
  readonly complaints: readonly string[]
}

/** Reads a file as Distribution does: a user a line, `name:hash`; of a name that stands there twice, the last counts; only bcrypt. */
export function parseHtpasswd(text: string): Htpasswd {
  const users = new Map<string, BcryptHash>()
  const complaints: string[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const entry = htpasswdEntry(line)
    if (!entry) continue
    const { name, hash } = entry
    const place = `line ${index + 1}`
    if (name === '') {
      complaints.push(`${place}: is no user: a line is NAME:HASH, as kit user add and htpasswd -B write it`)
    } else if (isBcryptHash(hash)) users.set(name, hash)
    else {
      // Else the line before would go on being right.
      users.delete(name)
      const again = `make it anew with kit user add ${name} or htpasswd -B`
      const reason = isTooCostly(hash)
        ? `to check the password would take minutes or days, in which nobody else can sign in: its cost may be ${highestCost} at most`
        : `the password is kept ${kindOf(hash)}, and only bcrypt is safe`
      complaints.push(`${place}: ${name} cannot sign in, because ${reason}: ${again}`)
    }
  }
  return { users, complaints }
}

/** A line's user; `undefined`: it is empty, or a comment. The name is empty where there is no colon. */
export function htpasswdEntry(line: string): { name: string; hash: string } | undefined {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return undefined
  const colon = text.indexOf(':')
  return colon < 1 ? { name: '', hash: '' } : { name: text.slice(0, colon), hash: text.slice(colon + 1) }
}

/** By what htpasswd's hashes begin with (https://httpd.apache.org/docs/2.4/misc/password_encryptions.html). */
function kindOf(hash: string): string {
  if (hash.startsWith('$apr1$') || hash.startsWith('$1$')) return 'as MD5'
  if (hash.startsWith('{SHA}')) return 'as SHA-1'
  if (hash.startsWith('$5$')) return 'as SHA-256 crypt'
  if (hash.startsWith('$6$')) return 'as SHA-512 crypt'
  if (hash.startsWith('$2x$')) return 'as $2x$, which an old bug made'
  if (hash.startsWith('$2')) return 'as a bcrypt hash that is damaged'
  return 'as crypt or as plain text'
}
