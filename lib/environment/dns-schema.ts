import { isIP } from 'node:net'
import { z } from 'zod'
import { choice, text, whole } from './values.ts'

const address = "must be the host's public address, such as 203.0.113.5 or 2001:db8::5"

const common = {
  addresses: z
    .array(
      z.string({ error: address }).refine(text => isIP(text) !== 0, { error: address }),
      {
        error: 'must be a list of addresses such as [203.0.113.5, "2001:db8::5"]',
      },
    )
    .min(1, { error: 'must be a list of at least one address, such as [203.0.113.5]' })
    .optional()
    .meta({
      description:
        'Where `domain` leads: an A record for those of IPv4, an AAAA record for those of IPv6. A container of the registry’s own is published on IPv4 alone: one of IPv6 is for what stands before it, such as a proxy. Required, but with `host.instance`, whose address it is.',
    }),
  ttl: whole(30, 86_400).default(300).meta({ description: 'For how many seconds others remember the records.' }),
}

const zone = text('the name of the zone that the domain lies in, such as example.com', /^([\w-]+\.)+[\w-]+$/).meta({
  description: 'The zone that the name lies in; it must exist.',
})

const by = <const Name extends string>(name: Name, description: string) => z.literal(name).meta({ description })

const manual = z.strictObject({ by: by('manual', 'Nothing makes the records: the deployment prints them.'), ...common })

const rfc2136 = z.strictObject({
  by: by(
    'rfc2136',
    'By dynamic updates (RFC 2136), as BIND, Knot and PowerDNS take them. The secret of its key comes as the Terraform variable `dns_key_secret`.',
  ),
  zone,
  server: text('the name or address of the server that takes updates', /^[\w.:-]+$/).meta({
    description: 'The server that takes updates of the zone.',
  }),
  port: whole(1, 65_535).default(53).meta({ description: 'Its port.' }),
  keyName: text('the name of a TSIG key such as registry-key', /^[\w.-]+$/)
    .optional()
    .meta({ description: 'The TSIG key that signs updates. Absent: they are not signed.' }),
  keyAlgorithm: choice('hmac-sha256', 'hmac-sha512', 'hmac-sha384', 'hmac-sha224', 'hmac-sha1', 'hmac-md5')
    .default('hmac-sha256')
    .meta({ description: 'The algorithm of that key.' }),
  ...common,
})

const route53 = z.strictObject({
  by: by('route53', 'By Amazon Route 53. The keys come from where the AWS SDK looks.'),
  zoneId: text("the hosted zone's id, such as Z0123456789ABCDEFGHIJ", /^[A-Z0-9]{6,32}$/).meta({
    description: "The hosted zone's id; it must exist.",
  }),
  ...common,
})

const cloudflare = z.strictObject({
  by: by('cloudflare', 'By Cloudflare, without its proxy. The token comes from `CLOUDFLARE_API_TOKEN`.'),
  zoneId: text("the zone's id of 32 hexadecimal digits, on its overview page", /^[0-9a-f]{32}$/).meta({
    description: "The zone's id; it must exist.",
  }),
  ...common,
})

const nifcloud = z.strictObject({
  by: by('nifcloud', 'By NIFCLOUD DNS. The keys come from `NIFCLOUD_ACCESS_KEY_ID` and `NIFCLOUD_SECRET_ACCESS_KEY`.'),
  zone,
  ...common,
})

const ways = [manual, rfc2136, route53, cloudflare, nifcloud] as const

/** Who makes the records by which `domain` leads to the host. */
export const dns = z
  .discriminatedUnion('by', ways, {
    error: ({ code }) =>
      code === 'invalid_union'
        ? `must be one of ${ways.map(way => way.shape.by.value).join(', ')}`
        : 'must be a section such as {by: manual, addresses: [203.0.113.5]}',
  })
  .optional()
