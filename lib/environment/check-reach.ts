import { placeOf, type Tree } from '../../registry-app/src/config/tree.ts'
import { thisMachine } from './docker-host-schema.ts'
import type { CdktfEnvironment } from './environment.ts'
import type { Complaint } from './environment-error.ts'
import { isPublicName } from './public-name.ts'
import { reach } from './reach.ts'

type Checked = Pick<CdktfEnvironment, 'domain' | 'certificate' | 'auth' | 'host' | 'storage'>

/** A rule that names several keys: where it is said, and what; nothing where it holds. */
type Rule = (environment: Checked) => readonly [path: string, message: string] | undefined

/** What no key has wrong by itself, but several together, of how the registry is reached and where it runs. */
export function checkReach(root: Tree, environment: Checked): readonly Complaint[] {
  return rules.flatMap(rule => {
    const found = rule(environment)
    if (found === undefined) return []
    const [path, message] = found
    const { place, tree } = placeOf(root, path.split('.'))
    return [{ ...place, path, message, ...(tree?.kind === 'scalar' ? { value: tree.text } : {}) }]
  })
}

const rules: readonly Rule[] = [
  ({ domain, certificate }) =>
    certificate === undefined && domain !== undefined && !isPublicName(domain)
      ? [
          'certificate',
          `must be given, such as {by: self-signed}: without it Let’s Encrypt is asked, which certifies public DNS names only, and ${domain} is none`,
        ]
      : undefined,
  ({ domain, certificate }) =>
    certificate?.by === 'letsencrypt' && !(domain && (certificate.directoryUrl || isPublicName(domain)))
      ? [
          'domain',
          'must be a public name for certificate.by: letsencrypt; with an authority of your own (certificate.directoryUrl), any name',
        ]
      : undefined,
  ({ domain, certificate }) =>
    certificate?.by === 'files' && domain === undefined && !(certificate.certificate && certificate.key)
      ? ['domain', 'must be given for certificate.by: files, or else certificate.certificate and certificate.key']
      : undefined,
  ({ domain, certificate }) =>
    certificate?.by === 'proxy' && domain === undefined
      ? ['domain', 'must be given for certificate.by: proxy: it is the name that the proxy serves']
      : undefined,
  ({ domain, certificate }) =>
    certificate?.by === 'none' && domain !== undefined
      ? ['domain', 'has no use with certificate.by: none: only this machine reaches the registry, as localhost']
      : undefined,
  environment => letsencryptAsksAt(environment, 'port', 443),
  environment => letsencryptAsksAt(environment, 'redirectPort', 80),
  environment => {
    const { port, redirectPort } = reach(environment)
    return port && port.number === redirectPort
      ? ['host.redirectPort', 'must be another port than host.port: one is for HTTPS, the other for plain HTTP']
      : undefined
  },
  environment =>
    environment.host.port !== undefined && reach(environment).port === undefined
      ? ['host.port', 'has no effect here: no port is published, the registry is reached in its network']
      : undefined,
  ({ host }) =>
    host.uri.startsWith('tcp:') && host.tlsFolder === undefined
      ? ['host.tlsFolder', 'must be given for tcp://: whoever reaches an engine without TLS is root there']
      : undefined,
  ({ host }) =>
    host.tlsFolder !== undefined && !host.uri.startsWith('tcp:') ? ['host.tlsFolder', 'is for an engine at tcp:// only'] : undefined,
  ({ host }) =>
    host.sshOptions.length > 0 && !host.uri.startsWith('ssh:') && !host.instance
      ? ['host.sshOptions', 'are for an engine at ssh:// only']
      : undefined,
  ({ host }) =>
    host.instance && host.uri !== thisMachine
      ? ['host.uri', 'has no use with host.instance, whose own engine runs the registry: one of both']
      : undefined,
  ({ host }) =>
    host.instance && host.swarm
      ? ['host.swarm', 'needs an engine that manages a Swarm already, and that of host.instance is new: one of both']
      : undefined,
  ({ host, storage }) =>
    host.instance && storage.driver === 'filesystem'
      ? ['storage.driver', 'must be s3 with host.instance: the disk of an instance goes with it']
      : undefined,
  ({ domain, certificate, host }) =>
    host.swarm && domain === undefined && certificate === undefined
      ? ['certificate', 'must be given for host.swarm: none means plain HTTP, reached from the service’s own network alone']
      : undefined,
  ({ certificate, host }) =>
    host.swarm && certificate?.by === 'proxy' && certificate.proxy !== 'traefik'
      ? ['certificate.proxy', 'must be traefik in a Swarm: no other learns of services']
      : undefined,
  ({ certificate, host }) =>
    host.swarm && certificate?.by === 'proxy' && certificate.network === undefined
      ? ['certificate.network', 'must be given in a Swarm: the overlay network where Traefik finds the registry']
      : undefined,
  environment =>
    environment.host.swarm?.endpoint === 'dnsrr' && reach(environment).port
      ? ['host.swarm.endpoint', 'must be vip where a port is published: dnsrr publishes none']
      : undefined,
  ({ host, storage }) =>
    host.swarm && host.swarm.replicas > 1 && storage.driver === 'filesystem'
      ? ['host.swarm.replicas', 'must be 1 with storage.driver: filesystem: each node would have images of its own; with s3, any number']
      : undefined,
]

function letsencryptAsksAt(environment: Checked, key: 'port' | 'redirectPort', needed: number): ReturnType<Rule> {
  const { certificate } = reach(environment)
  const given = environment.host[key]
  if (certificate.by !== 'letsencrypt' || certificate.directoryUrl !== undefined || (given ?? needed) === needed) return undefined
  return [`host.${key}`, `must be ${needed}: Let’s Encrypt asks there, and nowhere else`]
}
