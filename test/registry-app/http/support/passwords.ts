import type { Gate } from '../../../../registry-app/src/auth/gate.ts'
import { passwordGate } from '../../../../registry-app/src/auth/password-gate.ts'
import { hashedUsers } from '../../../../registry-app/src/auth/users.ts'
import { turns } from '../../../../registry-app/src/concurrency/turns.ts'
import { countingChecker, hashFor } from '../../auth/support/checks.ts'

/** A gate that lets `alice` in, with the password `wonder`. */
export function passwords(): Gate {
  const users = hashedUsers()
  users.replace(new Map([['alice', hashFor('wonder')]]))
  return passwordGate({
    realm: 'Registry',
    users: { ...users, fresh: () => undefined },
    check: countingChecker().check,
    turns: turns({ all: 32, each: 8 }),
    remember: 60_000,
    key: Buffer.alloc(32),
    refused: () => {},
    clock: () => performance.now(),
  })
}
