/** Counts whether something that is remembered was of use. */
export interface Tally {
  hit(): void
  miss(): void
}
