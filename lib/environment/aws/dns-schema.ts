import { z } from 'zod'
import { text, whole } from '../values.ts'

const route53 = z.strictObject({
  by: z.literal('route53').meta({ description: 'By Amazon Route 53.' }),
  zone: text('the name of the zone that the domain lies in, such as example.com', /^([\w-]+\.)+[\w-]+$/).meta({
    description: 'The zone that the name lies in.',
  }),
  zoneId: text("the hosted zone's id, such as Z0123456789ABCDEFGHIJ", /^[A-Z0-9]{6,32}$/)
    .optional()
    .meta({
      description:
        'The id of a hosted zone that is there. Absent: the data stack makes one, and prints the name servers that the zone above must name before a certificate is given.',
    }),
  ttl: whole(30, 86_400).default(300).meta({ description: 'For how many seconds others remember a record with an address.' }),
})

const manual = z.strictObject({
  by: z.literal('manual').meta({ description: 'Nothing makes the records: the deployment prints where they lead.' }),
})

/** Who makes the records by which `domain` leads to the host. */
export const awsDns = z
  .discriminatedUnion('by', [route53, manual], {
    error: ({ code }) =>
      code === 'invalid_union' ? 'must be one of route53, manual' : 'must be a section such as {by: route53, zone: example.com}',
  })
  .optional()
