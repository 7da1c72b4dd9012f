import { readdirSync } from 'node:fs'
import { Aspects, type Stack } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, test } from 'vitest'
import type { CdkEnvironment } from '../../../lib/environment/environment.ts'
import { loadEnvironment } from '../../../lib/environment/load-environment.ts'
import { nagReasons } from './nag-reasons.ts'
import { synthesize } from './synthesize.ts'

const environments = readdirSync('environments')
  .filter(name => name.endsWith('.yml'))
  .map(name => loadEnvironment(`environments/${name}`))
  .filter((environment): environment is CdkEnvironment => environment.engine === 'cdk')

const looked: Stack[] = []
const { template, stacks } = synthesize(environments, {
  look: stack => {
    looked.push(stack)
    Aspects.of(stack).add(new AwsSolutionsChecks({ verbose: false }))
  },
})

test('there is one for each shape', () => {
  expect(environments.map(({ name }) => name)).toEqual(['aws-fargate', 'aws-instance', 'aws-private'])
})

describe.each(stacks)('%s', name => {
  test('is deployed as it was', () => {
    expect(masked(template(name).toJSON())).toMatchSnapshot()
  })

  test('has nothing against it by the rules of AWS Solutions, but for reasons that are written down', () => {
    expect(findings(name).filter(finding => !nagReasons.some(reason => excuses(reason, finding)))).toEqual([])
  })
})

test('no reason is written down for what nobody found', () => {
  const all = stacks.flatMap(findings)
  expect(nagReasons.filter(reason => !all.some(finding => excuses(reason, finding)))).toEqual([])
})

interface Finding {
  readonly path: string
  readonly text: string
}

/** What was said against the resources of a stack while it was synthesized. */
function findings(name: string): readonly Finding[] {
  const stack = looked.find(({ stackName }) => stackName === name)
  if (!stack) throw new Error(`no stack ${name}`)
  return stack.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === 'aws:cdk:error' || type === 'aws:cdk:warning')
        .map(({ data }) => ({ path: node.path, text: String(data) })),
    )
}

const excuses = ({ rule, path }: (typeof nagReasons)[number], finding: Finding) => finding.text.startsWith(rule) && path.test(finding.path)

/** Of what a change of the app alone would change, only that it is there. */
function masked(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/[0-9a-f]{64}/g, 'HASH'))
}
