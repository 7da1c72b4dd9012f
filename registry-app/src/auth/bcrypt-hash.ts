/** A bcrypt hash as htpasswd files have it: `$2y$10$…`. */
export type BcryptHash = string

/** What Go's bcrypt, and so Distribution, makes a hash with. */
export const usualCost = 10

/** bcrypt looks at no more of a password, and neither do Apache's htpasswd and Distribution. Bytes. */
export const longestPassword = 72

/**
 * The highest that a hash may have, which is also the highest that Apache's htpasswd makes: some ten seconds a check. Each step doubles that, and while one password
 * is checked all others wait; those of nobody take as long as the slowest.
 */
export const highestCost = 17

/** `$2a$`, `$2b$` and `$2y$` are names of the same (https://www.openwall.com/lists/announce/2011/07/17/1); `$2x$` is an old bug's. */
export const isBcryptHash = (text: string): text is BcryptHash => wellFormed.test(text) && costOf(text) <= highestCost

const wellFormed = /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/

/** Whether that is all that is wrong with it. */
export const isTooCostly = (text: string): boolean => wellFormed.test(text) && costOf(text) > highestCost

/** The logarithm of how long it takes to check a password. */
export const costOf = (hash: BcryptHash): number => Number(hash.slice(4, 6))

/** A hash of that cost that is nobody's: for names that are not there, whose check must take as long. */
export const nobodysHash = (cost: number): BcryptHash => `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`
