import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Api } from './api.ts'

/** Who looks, and how the registry is asked. */
export interface Session {
  readonly api: Api
  /** Absent: nobody has signed in. */
  readonly user: string | undefined
  /** @param authorization the header; its holder is asked for once it is known to be right */
  signIn(user: string, authorization: string): void
  signOut(): void
  /** Tells what was done, above whatever is shown next. @param undo takes it back, where that is possible, and gives what to say then */
  notify(text: string, undo?: () => Promise<string>): void
}

export const SessionContext = createContext<Session | undefined>(undefined)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('there is no session around this')
  return session
}
