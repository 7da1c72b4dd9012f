import { z } from 'zod'
import { byName, secretNames } from './secret-name.ts'
import { authority, choice, text, whole } from './values.ts'

const email = text('an address such as you@example.com', /^[^\s@]+@[^\s@]+$/).optional()

/** Inside the registry, whichever host it is on. @param named by what a secret is named there, and what that says of it */
export const letsencrypt = (named: z.ZodType<string>, about: string) =>
  z
    .strictObject({
      by: z.literal('letsencrypt').meta({
        description:
          'Let’s Encrypt, inside the registry: ordered, renewed and kept with the images. What there is with a public `domain` and no `certificate`.',
      }),
      email: email.meta({ description: 'An address that the certificate authority may write to.' }),
      directoryUrl: text('an https URL', /^https:\/\/[^\s@]+$/)
        .optional()
        .meta({ description: 'Another ACME server. It may ask at other ports than 443 and 80; Let’s Encrypt does not.' }),
      authority: authority.optional().meta({
        description: 'The root that has signed the certificate of that server itself, such as step-ca’s `root_ca.crt`: its text, in PEM.',
      }),
      eab: z
        .strictObject({
          kid: text('text without spaces', /^\S+$/).meta({
            description:
              'External account binding, by which an authority knows whose account it is: the identifier of the key that it gave.',
          }),
          hmacKey: z.strictObject({ secret: named.meta({ description: `The key itself, in base64url: ${about}` }) }, { error: byName }),
        })
        .optional(),
    })
    .refine(({ eab, directoryUrl }) => eab === undefined || directoryUrl !== undefined, {
      path: ['eab'],
      error: 'has no use without certificate.directoryUrl: Let’s Encrypt registers everybody',
    })
    .refine(({ authority, directoryUrl }) => authority === undefined || directoryUrl !== undefined, {
      path: ['authority'],
      error: 'has no use without certificate.directoryUrl: everybody trusts Let’s Encrypt',
    })

const absolute = /^\/[^\s:]*$/

/** Where certificates lie on a host that says nothing else. */
export const usualFolder = '/usr/local/share/letsencrypt'

const files = z.strictObject({
  by: z.literal('files').meta({
    description: 'Files on the Docker host that somebody else renews, such as certbot. The registry reads them again when they change.',
  }),
  folder: text('the absolute path of a folder', absolute).default(usualFolder).meta({
    description:
      'The folder of the Docker host, mounted at the same place and read-only: whole, since certbot’s files are links within it.',
  }),
  certificate: text('a path below the folder', /^[^\s/:][^\s:]*$/)
    .optional()
    .meta({ description: 'The file with certificates, below the folder. Absent: `live/DOMAIN/fullchain.pem`.' }),
  key: text('a path below the folder', /^[^\s/:][^\s:]*$/)
    .optional()
    .meta({ description: 'The file with the key. Absent: `live/DOMAIN/privkey.pem`.' }),
  group: whole(0, 4_294_967_294)
    .optional()
    .meta({ description: 'The number of the group that may read the key. Absent: user or group 65532 must be able to.' }),
})

const selfSigned = z.strictObject({
  by: z.literal('self-signed').meta({
    description: 'An authority of its own, made with the data stack. Clients must be told to trust it: the output `trust_command` is how.',
  }),
})

const proxy = z.strictObject({
  by: z.literal('proxy').meta({ description: 'A proxy before the registry has the certificate.' }),
  proxy: choice('nginx-proxy', 'traefik', 'other').meta({
    description:
      'Which one: it is told by variables (nginx-proxy with acme-companion) or labels (Traefik). Another finds the registry at `host.port` on 127.0.0.1.',
  }),
  network: text('the name of a Docker network', /^[\w][\w.-]*$/)
    .optional()
    .meta({ description: 'The network, which must exist, where the proxy finds the registry. Absent: the engine’s bridge.' }),
  email: email.meta({ description: 'For acme-companion: an address that the certificate authority may write to.' }),
  resolver: text('a name', /^[\w-]+$/)
    .default('letsencrypt')
    .meta({ description: 'For Traefik: the name of its certificate resolver.' }),
  entryPoint: text('a name', /^[\w-]+$/)
    .default('websecure')
    .meta({ description: 'For Traefik: the name of its entry point with TLS.' }),
})

const none = z.strictObject({
  by: z.literal('none').meta({
    description: 'Plain HTTP. It is published on 127.0.0.1 alone; a Swarm service, nowhere: its own network reaches it.',
  }),
})

const example = 'must be a section such as {by: letsencrypt}'

/** How clients know that it is the registry whom they talk to. */
export const certificate = z
  .discriminatedUnion(
    'by',
    [letsencrypt(secretNames.cdktf, 'NAME, whose value is the variable `secret_NAME`.'), files, selfSigned, proxy, none],
    {
      error: ({ code }) => (code === 'invalid_union' ? 'must be one of letsencrypt, files, self-signed, proxy, none' : example),
    },
  )
  .optional()
