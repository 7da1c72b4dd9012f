/** A registry that takes part: how it is started with a configuration file. */
export interface Contender {
  readonly id: 'ours' | 'distribution'
  /** Name, version and what it runs on, as the table and the conditions show it. */
  readonly name: string
  readonly file: string
  readonly args: (config: string) => readonly string[]
  readonly env: Readonly<Record<string, string>>
}
