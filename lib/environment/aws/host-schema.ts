import { z } from 'zod'
import { choice, text, whole } from '../values.ts'
import { arn } from './arn.ts'

const place = {
  region: text('an AWS region such as ap-northeast-1', /^[a-z]{2,4}(-[a-z]+)+-\d$/).meta({
    description: 'Where everything is deployed, whatever region the command line would choose.',
  }),
  account: text("an AWS account's twelve digits, in quotes", /^\d{12}$/)
    .optional()
    .meta({ description: "Deploys to this account only. Absent: the one of the command line's credentials." }),
}

/** One small instance with Docker. */
const instanceHost = z.strictObject({
  kind: z.literal('instance').meta({ description: 'One EC2 instance with Docker, which is replaced when it fails.' }),
  ...place,
  instanceType: text('an instance type such as t4g.small', /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/)
    .default('t4g.small')
    .meta({ description: 'The EC2 instance type, ARM or x86, of the Nitro generations (all since 2018).' }),
  memoryMiB: whole(256, 1_048_576).default(1024).meta({ description: 'How much of its memory the registry may take.' }),
})

const waf = z
  .discriminatedUnion(
    'by',
    [
      z.strictObject({
        by: z.literal('arn').meta({ description: 'A web ACL (AWS WAF) that is there.' }),
        arn: arn('wafv2', 'a regional web ACL', { pattern: /regional\/webacl\/\S+/, example: ':regional/webacl/…' }).meta({
          description: 'Its ARN. A rule that limits bodies, as the common rule set of AWS has, would refuse every push.',
        }),
      }),
      z.strictObject({
        by: z.literal('managed').meta({
          description: "A web ACL is made: AWS's list of addresses with a bad reputation, and a limit for each address.",
        }),
        requestsPerFiveMinutes: whole(100, 2_000_000_000)
          .default(20_000)
          .meta({ description: 'How many requests one address may send in five minutes. A pull of five layers is seven.' }),
      }),
    ],
    { error: ({ code }) => (code === 'invalid_union' ? 'must be one of arn, managed' : 'must be a section such as {by: managed}') },
  )
  .optional()

const flag = z.boolean({ error: 'must be true or false' })

/** An autoscaled service behind a load balancer. */
const fargateHost = z.strictObject({
  kind: z.literal('fargate').meta({ description: 'An autoscaled ECS service on Fargate, behind a load balancer.' }),
  ...place,
  cpu: whole(256, 16_384).default(512).meta({ description: 'The processor of each task, in 1024ths, by the sizes that Fargate knows.' }),
  memoryMiB: whole(512, 122_880).default(1024).meta({ description: 'The memory of each task, by the sizes that Fargate knows.' }),
  architecture: choice('arm64', 'x86_64').default('arm64').meta({ description: 'What the tasks run on. ARM costs a fifth less.' }),
  minTasks: whole(1, 1000)
    .default(2)
    .meta({ description: 'How many tasks run when nobody asks for anything; from 2 on, one in each zone.' }),
  maxTasks: whole(1, 1000).default(10).meta({ description: 'How many tasks may run at most.' }),
  targetCpuPercent: whole(10, 95).default(60).meta({ description: 'How busy the tasks are kept: above it more of them start.' }),
  requestsPerTask: whole(60, 1_000_000)
    .default(6000)
    .meta({ description: 'How many requests a minute one task is given: above it more of them start.' }),
  accessLogs: flag
    .default(false)
    .meta({ description: 'Whether the load balancer logs each request, in a bucket for logs that the data stack makes.' }),
  waf,
})

export const awsHost = z.discriminatedUnion('kind', [instanceHost, fargateHost], {
  error: ({ code }) =>
    code === 'invalid_union' ? 'must be one of instance, fargate' : 'must be a section such as {kind: instance, region: eu-west-1}',
})
