/** A command line that cannot be carried out as it stands. Its message says what is missing. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
