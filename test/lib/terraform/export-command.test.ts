import { describe, expect, test } from 'vitest'
import { exportCommand } from '../../../lib/terraform/export-command.ts'

describe('npm run export', () => {
  test.each([[[]], [['--help']], [['-h']]])('says what it does, where it is told nothing or asked for help: %j', args => {
    expect(exportCommand(args)).toMatch(/^npm run export -- NAME \[FOLDER\] writes the environment/)
  })

  test('names the command for an environment of the other engine, and those that there are for one that is unknown', () => {
    expect(() => exportCommand(['aws-instance'])).toThrow(/npx cdk synth writes it as CloudFormation/)
    expect(() => exportCommand(['nowhere'])).toThrow(/there are .*local.*swarm/)
  })
})
