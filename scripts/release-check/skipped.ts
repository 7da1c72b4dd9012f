/** Something that cannot be asked on this machine; its message says why. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
}
