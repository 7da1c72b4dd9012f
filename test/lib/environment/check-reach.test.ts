import { expect, test } from 'vitest'
import { authority } from '../../registry-app/tls/support/certificates.ts'
import { complaints } from './support/complaints.ts'

const volume = 'engine: cdktf\nstorage: {driver: filesystem}\n'
const bucket = 'engine: cdktf\nstorage: {driver: s3, bucket: images, region: r, endpoint: "https://s3.example.com"}\n'

test.each<[string, string, string | RegExp]>([
  [
    'a name that is not public, and no word of a certificate',
    'domain: registry.lan',
    'certificate: must be given, such as {by: self-signed}: without it Let’s Encrypt',
  ],
  ['Let’s Encrypt without a name', 'certificate: {by: letsencrypt}', 'domain: must be a public name'],
  ['Let’s Encrypt for a private name', 'domain: registry.internal\ncertificate: {by: letsencrypt}', 'domain: must be a public name'],
  [
    'an authority that nobody is asked with',
    `domain: a.example.com\ncertificate: {by: letsencrypt, authority: ${JSON.stringify(authority)}}`,
    'certificate.authority: has no use without certificate.directoryUrl',
  ],
  [
    'an authority that is a file',
    'domain: a.lan\ncertificate: {by: letsencrypt, directoryUrl: "https://ca.lan/dir", authority: /root_ca.crt}',
    'certificate.authority: must be the certificates of an authority in PEM, as text',
  ],
  ['files without a name', 'certificate: {by: files}', 'domain: must be given for certificate.by: files'],
  ['a proxy without a name', 'certificate: {by: proxy, proxy: traefik}', 'domain: must be given for certificate.by: proxy'],
  ['a name that nothing serves', 'domain: registry.lan\ncertificate: {by: none}', 'domain: has no use with certificate.by: none'],
  ['another port than Let’s Encrypt asks', 'domain: a.example.com\nhost: {port: 8443}', 'host.port: must be 443: Let’s Encrypt asks there'],
  ['another port for plain HTTP', 'domain: a.example.com\nhost: {redirectPort: 8080}', 'host.redirectPort: must be 80'],
  [
    'one port for both',
    'domain: a.lan\ncertificate: {by: self-signed}\nhost: {redirectPort: 443}',
    'host.redirectPort: must be another port than host.port',
  ],
  [
    'a port that is not published',
    'domain: a.example.com\ncertificate: {by: proxy, proxy: traefik}\nhost: {port: 5000}',
    'host.port: has no effect here',
  ],
  ['an engine that everybody reaches', "host: {uri: 'tcp://10.0.0.1:2376'}", 'host.tlsFolder: must be given for tcp://'],
  [
    'a folder that Terraform, in a folder of its own, would not find',
    "host: {uri: 'tcp://10.0.0.1:2376', tlsFolder: certs}",
    'host.tlsFolder: must be the absolute path of a folder',
  ],
  ['TLS on a socket', 'host: {tlsFolder: /certs}', 'host.tlsFolder: is for an engine at tcp:// only'],
  ['options of an ssh that is not there', 'host: {sshOptions: [-v]}', 'host.sshOptions: are for an engine at ssh:// only'],
  [
    'rules, and nobody who has to say who he is',
    'registry: {access: [{repositories: ["**"], who: [signed-in], actions: [pull]}]}',
    'registry.access: has rules, and nobody has to say who he is',
  ],
  ['a Swarm and no word of a certificate', 'host: {swarm: {replicas: 1}}', 'certificate: must be given for host.swarm'],
  ['replicas on a volume', 'certificate: {by: none}\nhost: {swarm: {replicas: 2}}', 'host.swarm.replicas: must be 1'],
  [
    'nginx-proxy in a Swarm',
    'domain: a.example.com\ncertificate: {by: proxy, proxy: nginx-proxy, network: web}\nhost: {swarm: {replicas: 1}}',
    'certificate.proxy: must be traefik in a Swarm',
  ],
  [
    'Traefik in a Swarm, nowhere',
    'domain: a.example.com\ncertificate: {by: proxy, proxy: traefik}\nhost: {swarm: {replicas: 1}}',
    'certificate.network: must be given in a Swarm',
  ],
  [
    'a port of a service without an address',
    'domain: a.example.com\nhost: {swarm: {replicas: 1, endpoint: dnsrr}}',
    'host.swarm.endpoint: must be vip',
  ],
  ['an unknown way', 'certificate: {by: magic}', 'certificate.by: must be one of letsencrypt, files, self-signed, proxy, none'],
  ['a misspelt key of a way', 'certificate: {by: files, foldr: /a}', 'certificate.foldr: unknown key; did you mean folder?'],
  ['the registry’s own TLS', 'registry: {http: {tls: {certificate: a}}}', 'registry.http.tls.certificate: cannot be set'],
  [
    'authorities of clients in a file that no host has',
    'domain: a.lan\ncertificate: {by: self-signed}\nregistry: {http: {tls: {clientcas: [/etc/ca.pem]}}}',
    /registry\.http\.tls\.clientcas\.0: must be the certificates themselves, in PEM, as text: .*"\/etc\/ca\.pem"\)/,
  ],
  [
    'certificates of clients where a proxy serves the registry’s',
    `domain: a.example.com\ncertificate: {by: proxy, proxy: other}\nregistry: {http: {tls: {clientcas: [${JSON.stringify(authority)}]}}}`,
    'registry.http.tls: asks clients for certificates, and the registry speaks no TLS itself with certificate.by: proxy',
  ],
  [
    'an audit log in a file that cannot be written',
    'registry: {log: {audit: {path: /var/log/audit.log}}}',
    'registry.log.audit.path: must not be given: the registry can write no such file on the host',
  ],
  ['the registry’s own user', 'registry: {auth: {htpasswd: {username: a}}}', 'registry.auth.htpasswd.username: cannot be set'],
  ['rules where nobody says who he is', 'registry: {access: []}', 'registry.access: has rules, and nobody has to say who he is'],
  [
    'identity tokens where nobody says who he is',
    'registry: {auth: {oidc: [{name: ci, issuer: "https://ci.example.com", audience: a, claims: {sub: x}}]}}',
    'registry.auth.oidc: is about signing in, and nobody has to say who he is',
  ],
  [
    'a limit on guesses where nothing is guessed',
    'auth: {by: none}\nregistry: {auth: {attempts: {longest: 5m}}}',
    'registry.auth.attempts: is about signing in, and nobody has to say who he is',
  ],
  [
    'keys of a token server in a file that no host has',
    'auth: {by: none}\nregistry: {auth: {token: {realm: r, service: s, issuer: i, rootcertbundle: /etc/token.pem, jwks: /etc/keys.json}}}',
    /rootcertbundle: must be the keys themselves, as text: .*"\/etc\/token\.pem"\)\n.*jwks: must be the keys themselves/,
  ],
  [
    'a token server beside passwords',
    'auth: {by: password}\nregistry: {auth: {token: {realm: r, service: s, issuer: i, jwks: "{}"}}}',
    'registry.auth.token: is another way to sign in than the one that is chosen here: write auth: {by: none}',
  ],
])('%s is explained', (_, text, expected) => {
  if (typeof expected === 'string') expect(complaints(volume + text).join('\n')).toContain(expected)
  else expect(complaints(volume + text).join('\n')).toMatch(expected)
})

test.each([
  [
    'a private name from an authority of one’s own',
    'domain: a.lan\ncertificate: {by: letsencrypt, directoryUrl: "https://ca.lan/dir"}\nhost: {port: 8443}',
  ],
  ['files that are named', 'certificate: {by: files, certificate: a.pem, key: a.key}'],
  [
    'keys of a token server beside a certificate of the host',
    'domain: a.example.com\ncertificate: {by: files}\nauth: {by: none}\nregistry: {auth: {token: {realm: r, service: s, issuer: i, jwks: /usr/local/share/letsencrypt/keys.json}}}',
  ],
  [
    'authorities of clients as text',
    `domain: a.lan\ncertificate: {by: self-signed}\nregistry: {http: {tls: {clientcas: [${JSON.stringify(authority)}]}}}`,
  ],
  [
    'authorities of clients beside a certificate of the host',
    'domain: a.example.com\ncertificate: {by: files}\nregistry: {http: {tls: {clientcas: [/usr/local/share/letsencrypt/ca.pem]}}}',
  ],
  ['an engine by TLS', "host: {uri: 'tcp://10.0.0.1:2376', tlsFolder: /certs}"],
  ['an engine by ssh', "host: {uri: 'ssh://me@host:2222', sshOptions: [-i, /key]}"],
  ['replicas on a bucket', 'certificate: {by: none}\nhost: {swarm: {replicas: 5, endpoint: dnsrr}}'],
])('%s will do', (_, text) => {
  expect(complaints(bucket + text)).toEqual([])
})

test('an audit log on the volume of the images will do', () => {
  expect(complaints(`${volume}registry: {log: {audit: {path: /var/lib/registry/audit.log}}}`)).toEqual([])
})
