import type { Caller } from '../../../../registry-app/src/auth/access.ts'

export const mayEverything: Caller = { name: 'alice', may: () => true, mayEverywhere: () => true, sees: () => true }
