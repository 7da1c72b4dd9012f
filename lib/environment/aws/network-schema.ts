import { z } from 'zod'
import { text, whole } from '../values.ts'
import { isAddressRange } from './address-range.ts'

const flag = z.boolean({ error: 'must be true or false' })

const words = (what: string, example: string, pattern: RegExp) =>
  z.array(text(`${what} such as ${example}`, pattern), { error: `must be a list such as [${example}]` })

const subnets = words('a subnet', 'subnet-0123456789abcdef0', /^subnet-[0-9a-f]+$/)

const range = 'must be a range of addresses such as 203.0.113.0/24 or 2001:db8::/32'

const vpc = z
  .strictObject({
    id: text("a VPC's id such as vpc-0123456789abcdef0", /^vpc-[0-9a-f]+$/).meta({
      description: 'A VPC that is there. Nothing is looked up: what follows says what is in it. Absent: one is made.',
    }),
    cidr: text('a range of IPv4 addresses such as 10.0.0.0/16', /^\d+(\.\d+){3}\/\d+$/)
      .refine(isAddressRange, { error: 'must be a range of IPv4 addresses such as 10.0.0.0/16' })
      .meta({ description: "The VPC's range: what comes from the load balancer is believed when it tells who asks." }),
    availabilityZones: words('a zone', 'eu-west-1a', /^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/)
      .min(1, { error: 'must be a list of at least one zone' })
      .meta({ description: 'The zones of its subnets, in the order of the lists below.' }),
    publicSubnets: subnets.default([]).meta({ description: 'Its subnets with a route to the internet, one in each zone.' }),
    privateSubnets: subnets.default([]).meta({
      description:
        'Its other subnets, one in each zone, for `network.private`. From them the hosts must reach S3, ECR, CloudWatch Logs and Secrets Manager; an instance also SSM, CloudFormation and CloudWatch.',
    }),
    routeTables: words('a route table', 'rtb-0123456789abcdef0', /^rtb-[0-9a-f]+$/)
      .default([])
      .meta({ description: 'Route tables that get a gateway to S3, which costs nothing. Empty: the VPC has one, or needs none.' }),
    ipv6: flag.default(false).meta({ description: 'Whether its subnets have IPv6 too.' }),
  })
  .optional()

/** Where in AWS's networks it stands, and who may come. */
export const network = z.strictObject({
  vpc,
  zones: whole(2, 3).default(2).meta({ description: 'In how many zones a VPC that is made has subnets.' }),
  private: flag.default(false).meta({
    description:
      'Whether it is reached from within the network alone, and what is connected to that: no public address, no way in from the internet.',
  }),
  natGateways: whole(0, 3).default(0).meta({
    description:
      'How many NAT gateways a private VPC that is made has. 0: none (they are the dearest part); what the hosts need of AWS is then reached by endpoints.',
  }),
  admit: z
    .array(z.string({ error: range }).refine(isAddressRange, { error: range }), {
      error: 'must be a list of ranges such as [203.0.113.0/24]',
    })
    .optional()
    .meta({ description: 'Who may connect. Absent: everybody where it has a certificate and is public, else the VPC itself.' }),
})
