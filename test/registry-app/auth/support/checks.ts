import type { Check, Checker } from '../../../../registry-app/src/auth/bcrypt-thread.ts'

export interface CountingChecker {
  readonly check: Checker
  readonly checks: Check[]
}

/** Takes a password for right if the hash ends with it, and counts. */
export function countingChecker(): CountingChecker {
  const checks: Check[] = []
  const check: Checker = async asked => {
    checks.push(asked)
    return asked.hash.endsWith(`.${Buffer.from(asked.password).toString()}`)
  }
  return { check, checks }
}

/** A hash, in form, for it. */
export const hashFor = (password: string, cost = '10') => `$2b$${cost}$${`.${password}`.padStart(53, '.')}`

export const basic = (name: string, password: string) => `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
