import { z } from 'zod'
import { text } from './values.ts'

const range = 'must be an IPv4 address or a range such as 203.0.113.0/24; everybody is none: whoever gets in by ssh is root there'

/** A host that the data stack makes, whose Docker engine runs the registry. */
export const instance = z
  .strictObject({
    by: z.literal('nifcloud', { error: 'must be nifcloud' }).meta({
      description:
        'A server of NIFCLOUD, with a key pair, a firewall and an address of its own. Given at all, `host.instance` takes the place of `host.uri`. The keys of the account come from `NIFCLOUD_ACCESS_KEY_ID` and `NIFCLOUD_SECRET_ACCESS_KEY`.',
    }),
    zone: text('a zone such as east-11 or west-12', /^(east|west)-\d\d$/).meta({
      description: 'The availability zone; the region follows.',
    }),
    type: text('a type such as small2', /^[a-z0-9][a-z0-9-]*$/)
      .default('small2')
      .meta({ description: 'How large it is. Another one stops and starts the server.' }),
    image: text('the name of an image of Ubuntu or Debian', /^\w[\w .()-]{0,99}$/)
      .default('Ubuntu Server 24.04 LTS')
      .meta({ description: 'What it is made from. A later one counts for a new server only.' }),
    publicKey: text(
      'the line of a .pub file, such as ssh-rsa AAAA… me@here',
      /^(ssh-|ecdsa-)[\w-]+ [A-Za-z0-9+/]+={0,2}( [\w.@ -]*)?$/,
    ).meta({
      description: 'The public half of the key by which you reach it, as root. The private one stays with your ssh.',
    }),
    admit: z
      .array(z.string({ error: range }).regex(/^(\d{1,3}\.){3}\d{1,3}(\/([1-9]|[12]\d|3[0-2]))?$/, { error: range }), {
        error: 'must be a list of addresses and ranges, such as [203.0.113.0/24]',
      })
      .min(1, { error: 'must name somebody: deployments come by ssh' })
      .meta({ description: 'From where ssh gets in: the machine that deploys, to begin with.' }),
  })
  .optional()
