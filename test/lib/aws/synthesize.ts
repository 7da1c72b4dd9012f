import { readFileSync } from 'node:fs'
import { App, type Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { z } from 'zod'
import { addEnvironments } from '../../../lib/aws/add-environments.ts'
import type { CdkEnvironment } from '../../../lib/environment/environment.ts'
import { parseEnvironment } from '../../../lib/environment/load-environment.ts'
import { stubAppFolder } from '../support/app-folder.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// CloudFormation's schemas are asked by bin/cdk.ts and `npm run lint:templates`: it takes a second of processor time for each stack.
process.env.CDK_VALIDATION = 'false'

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

/** An app with the feature flags of cdk.json. */
export function testApp(outdir = temporaryFolder(), flags: Readonly<Record<string, unknown>> = {}): App {
  return new App({ outdir, context: { ...context, ...flags } })
}

/**
 * Synthesizes as bin/cdk.ts does, without the command line.
 *
 * @param look at the stacks before they are synthesized
 */
export function synthesize(
  environments: readonly CdkEnvironment[],
  { appFolder = stubAppFolder(), look }: { appFolder?: string; look?: (stack: Stack) => void } = {},
): Synthesized {
  const outdir = temporaryFolder()
  // What is looked for leaves errors behind, which are for the test to judge.
  const app = testApp(outdir, look ? { '@aws-cdk/core:annotationsInValidationReport': false } : {})
  addEnvironments(app, environments, { appFolder })
  for (const child of app.node.children) look?.(child as Stack)
  const assembly = app.synth()
  return {
    outdir,
    stacks: assembly.stacks.map(stack => stack.stackName),
    template: name => Template.fromJSON(assembly.getStackByName(name).template),
  }
}
