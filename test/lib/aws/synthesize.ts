import { readFileSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { z } from 'zod'
import { addEnvironments } from '../../../lib/aws/add-environments.ts'
import type { CdkEnvironment } from '../../../lib/environment/environment.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { context } = z.object({ context: z.record(z.string(), z.unknown()) }).parse(JSON.parse(readFileSync('cdk.json', 'utf8')))

export interface Synthesized {
  /** The folder that holds everything. */
  readonly outdir: string
  /** The names of the stacks, in the order in which they are deployed. */
  readonly stacks: readonly string[]
  template(stack: string): Template
}

/** An environment of AWS from its text. */
export function awsEnvironment(name: string, text: string): CdkEnvironment {
  const environment = parseEnvironment(`${name}.yml`, `engine: cdk\n${text}`)
  if (environment.engine !== 'cdk') throw new TypeError('engine: cdk was written')
  return environment
}

/** Synthesizes as bin/cdk.ts does, with the feature flags of cdk.json, without the command line. */
export function synthesize(environments: readonly CdkEnvironment[], appFolder = stubAppFolder()): Synthesized {
  const outdir = temporaryFolder()
  const app = new App({ outdir, context })
  addEnvironments(app, environments, { appFolder })
  const assembly = app.synth()
  return {
    outdir,
    stacks: assembly.stacks.map(stack => stack.stackName),
    template: name => Template.fromJSON(assembly.getStackByName(name).template),
  }
}
