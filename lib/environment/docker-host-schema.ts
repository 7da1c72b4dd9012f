import { z } from 'zod'
import { instance } from './instance-schema.ts'
import { choice, text, whole } from './values.ts'

const swarm = z.strictObject({
  replicas: whole(1, 100).default(2).meta({
    description: 'How many of the registry run. Given at all, `host.swarm` makes it a service of the Swarm that the engine manages.',
  }),
  endpoint: choice('vip', 'dnsrr').default('vip').meta({
    description:
      "How the service's name leads to a replica: by a virtual address, or by all of their addresses in turn. With dnsrr, no port is published.",
  }),
  constraints: z
    .array(text('a placement constraint such as node.labels.disk==ssd', /^[\w.-]+ *[!=]= *\S+$/), {
      error: 'must be a list of constraints',
    })
    .default([])
    .meta({ description: 'Where replicas may run, in the words of `docker service create --constraint`.' }),
})

/** The engine where nothing is said. */
export const thisMachine = 'unix:///var/run/docker.sock'

/** The Docker engine that runs the registry, and how much of it. */
export const dockerHost = z.strictObject({
  uri: text(
    'a Docker engine: unix:///var/run/docker.sock, tcp://host:2376 or ssh://user@host',
    /^(unix:\/\/\/\S+|tcp:\/\/[^\s/:@]+:\d{1,5}|ssh:\/\/([^\s/@:]+@)?[^\s/@:]+(:\d{1,5})?)$/,
  )
    .default(thisMachine)
    .meta({ description: 'The Docker engine that runs the registry: a socket of this machine, TLS, or ssh.' }),
  instance,
  tlsFolder: text('the absolute path of a folder', /^\/\S.*$/)
    .optional()
    .meta({
      description: 'For tcp://: the folder of this machine with `ca.pem`, `cert.pem` and `key.pem`, as `DOCKER_CERT_PATH` names it.',
    }),
  sshOptions: z
    .array(text('an option of ssh such as -o', /^\S.*$/), { error: 'must be a list of words, such as [-i, /home/me/.ssh/key]' })
    .default([])
    .meta({ description: 'For ssh:// and `host.instance`: words for the command line of ssh.' }),
  port: whole(1, 65_535)
    .optional()
    .meta({ description: 'The port that is published: 443 with a certificate, on every address; otherwise 5000, on 127.0.0.1 alone.' }),
  redirectPort: whole(1, 65_535)
    .default(80)
    .meta({ description: 'Where plain HTTP leads to HTTPS, if the other port is 443 or Let’s Encrypt asks here.' }),
  memoryMiB: whole(128, 1_048_576).default(1024).meta({ description: 'How much memory the registry may take; each replica, in a Swarm.' }),
  cpus: z
    .number({ error: cpus })
    .min(0.1, { error: cpus })
    .max(1024, { error: cpus })
    .optional()
    .meta({ description: 'How many processors it may use. Absent: all.' }),
  swarm: swarm.optional(),
})

function cpus(): string {
  return 'must be a number of processors such as 0.5 or 2'
}
