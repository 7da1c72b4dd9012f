import { expect, it } from 'vitest'
import { CdkProject } from '../support/cdk/cdk-project.ts'
import { shippedEnvironments } from '../support/shipped-environments.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

suite('cdk list, without credentials', [], () => {
  it('names both stacks of every shipped environment that it deploys', async () => {
    const folder = await temporaryFolder()
    const ofWhoRunsTests = Object.keys(process.env).filter(variable => variable.startsWith('AWS_'))
    const project = new CdkProject(folder, {
      variables: {
        ...Object.fromEntries(ofWhoRunsTests.map(variable => [variable, undefined])),
        ...{ HOME: folder, CDK_HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', CDK_VALIDATION: 'false' },
      },
    })
    await project.begin()
    const stacks = await shippedEnvironments(folder, 'cdk')

    const said = await project.cdk('list')

    expect(stacks).toContain('registry-aws-fargate')
    expect(said.trim().split('\n').toSorted()).toEqual(stacks)
  })
})
