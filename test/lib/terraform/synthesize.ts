import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { CdktfEnvironment } from '../../../lib/environment/environment.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { addEnvironments } from '../../../lib/terraform/add-environments.ts'
import { App } from '../../../lib/terraform/tf.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const section = z.record(z.string(), z.unknown())
const stack = z.looseObject({
  resource: z.record(z.string(), z.record(z.string(), section)).default({}),
  data: z.record(z.string(), z.record(z.string(), section)).optional(),
  output: z.record(z.string(), z.looseObject({ value: z.unknown() })).default({}),
  variable: z.record(z.string(), section).optional(),
  provider: z.record(z.string(), z.array(section)).optional(),
  removed: z.array(section).optional(),
  terraform: z.looseObject({ backend: section, required_providers: section.optional() }),
})

export interface Synthesized {
  /** The folder that holds everything. */
  readonly outdir: string
  /** The parsed cdk.tf.json of a stack. */
  stack(name: string): z.output<typeof stack>
}

/** A template of Terraform's, as it stands in what is synthesized. */
export const template = (expression: string): string => `\${${expression}}`

/** An environment of Docker's engine from its text. */
export function dockerEnvironment(name: string, text: string): CdktfEnvironment {
  const environment = parseEnvironment(`${name}.yml`, `engine: cdktf\n${text}`)
  if (environment.engine !== 'cdktf') throw new TypeError('engine: cdktf was written')
  return environment
}

/** Synthesizes as bin/cdktf.ts does, without the command line. */
export function synthesize(environments: readonly CdktfEnvironment[], appFolder = stubAppFolder()): Synthesized {
  const outdir = temporaryFolder()
  const app = new App({ outdir })
  addEnvironments(app, environments, { appFolder })
  app.synth()
  return { outdir, stack: name => stack.parse(JSON.parse(readFileSync(join(outdir, 'stacks', name, 'cdk.tf.json'), 'utf8'))) }
}
