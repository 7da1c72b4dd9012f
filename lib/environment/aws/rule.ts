import type { CdkEnvironment } from '../environment.ts'

/** An environment on AWS of which each key is right by itself. */
export type Checked = Omit<CdkEnvironment, 'name'>

/** A rule that names several keys: where it is said, and what; nothing where it holds. */
export type Rule = (environment: Checked) => readonly [path: string, message: string] | false | undefined
