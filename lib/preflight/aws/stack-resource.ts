import { childrenOf, textOf } from '../../../registry-app/src/s3/xml.ts'
import type { AwsAccount } from './account.ts'
import { AwsRefusal } from './refusal.ts'

const version = '2010-05-15'

/** What stands for a resource in a stack that is deployed, by its physical id; `undefined` if there is no such stack, or nothing of that name in it. */
export async function stackResource(account: AwsAccount, stack: string, resource: string): Promise<string | undefined> {
  const asked = { StackName: stack, LogicalResourceId: resource }
  const answer = await unlessThereIsNone(() => account.query('CLOUDFORMATION', 'DescribeStackResource', version, asked))
  const [result] = answer ? childrenOf(answer, 'DescribeStackResourceResult') : []
  const [detail] = result ? childrenOf(result, 'StackResourceDetail') : []
  const gone = detail !== undefined && textOf(detail, 'ResourceStatus') === 'DELETE_COMPLETE'
  return detail === undefined || gone ? undefined : textOf(detail, 'PhysicalResourceId')
}

/** Whether a stack was deployed already. */
export async function stackIsThere(account: AwsAccount, stack: string): Promise<boolean> {
  return (await unlessThereIsNone(() => account.query('CLOUDFORMATION', 'DescribeStacks', version, { StackName: stack }))) !== undefined
}

/** CloudFormation says of what is not there that the question is invalid. */
async function unlessThereIsNone<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (cause) {
    if (cause instanceof AwsRefusal && cause.refusal.code === 'ValidationError') return undefined
    throw cause
  }
}
