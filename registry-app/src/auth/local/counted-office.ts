import type { Failure } from '../counted-gate.ts'
import { TooManySignIns } from '../refusals.ts'
import { WrongCredentials } from '../sign-in.ts'
import type { TokenOffice } from './token-office.ts'

/** The same office, which counts to whom it gives nothing. */
export const countedOffice = (office: TokenOffice, failed: (why: Failure) => void): TokenOffice => ({
  ...office,
  async issue(request) {
    try {
      return await office.issue(request)
    } catch (error) {
      if (error instanceof WrongCredentials || error instanceof TooManySignIns) failed(request.proof ? 'invalid' : 'missing')
      throw error
    }
  },
})
