export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials: sent along and signed. */
  readonly sessionToken?: string | undefined
  /** When they stop working. Absent: never. */
  readonly expiration?: Date | undefined
}

/** Asked before every request, so it answers from memory whenever it can. @throws with a sentence that says where it looked */
export type CredentialsProvider = () => Promise<Credentials>

/** The keys of the configuration: the same ones for ever. */
export function staticCredentials(credentials: Credentials): CredentialsProvider {
  return async () => credentials
}
